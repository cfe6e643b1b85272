import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform } from "@milo/placement";
import type { RunningPostgres } from "@milo/postgres";
import { type CallsPerMinute, FEW, MANY, measureApiCalls } from "./api-calls.ts";
import type { BenchArguments } from "./arguments.ts";
import { type MovedOn, measureBreakerVerdict } from "./breaker-verdict.ts";
import type { Bundles } from "./bundle.ts";
import { makeDatabase } from "./databases.ts";
import { startEmulators } from "./emulators.ts";
import { type FailoverTimes, measureStartFailures } from "./start-failures.ts";
import { round } from "./statistics.ts";

export type PlatformResult = {
  failover: Readonly<Record<DeploymentPlatform, FailoverTimes>>;
  movedOn: MovedOn;
  calls: { few: CallsPerMinute; many: CallsPerMinute };
};

/** What is measured with the real adapters against the emulators, and of the breakers. */
export async function measurePlatforms(options: {
  args: BenchArguments;
  server: RunningPostgres;
  folder: string;
  bundles: Bundles;
  say(text: string): void;
}): Promise<PlatformResult> {
  const { args, server, folder, bundles, say } = options;
  const { adapters: adaptersBundle, dispatcher: dispatcherBundle } = bundles;
  const failoverOf = async (platform: DeploymentPlatform) => {
    say(`(g) ${args.failureRounds} rounds of launches that do not start on ${platform}`);
    await using emulators = await startEmulators();
    const url = await makeDatabase(server.adminUrl, `failures_${platform}`);
    // Awaited here: the emulators go when this function ends.
    return await measureStartFailures({ platform, emulators, url, folder, adaptersBundle, rounds: args.failureRounds });
  };
  const failover = { k8s: await failoverOf("k8s"), aws: await failoverOf("aws"), coolify: await failoverOf("coolify") };
  say(`(h) A breaker that opens over waiting bots, ${args.verdicts} times`);
  const verdictsUrl = await makeDatabase(server.adminUrl, "verdicts");
  const movedOn = await measureBreakerVerdict({ url: verdictsUrl, folder, dispatcherBundle, verdicts: args.verdicts });
  say(`(i) Requests for ${FEW} and for ${MANY} running bots on each platform, ${args.callsSeconds} s each`);
  const callsUrl = await makeDatabase(server.adminUrl, "calls");
  const calls = await measureApiCalls({ url: callsUrl, folder, adaptersBundle, seconds: args.callsSeconds });
  return { failover, movedOn, calls };
}

/** Flat, for the line of JSON. */
export function platformFigures({ failover, movedOn, calls }: PlatformResult) {
  return {
    failedStartK8sP50Ms: round(failover.k8s.p50Ms),
    failedStartK8sP99Ms: round(failover.k8s.p99Ms),
    failedStartAwsP50Ms: round(failover.aws.p50Ms),
    failedStartAwsP99Ms: round(failover.aws.p99Ms),
    failedStartCoolifyP50Ms: round(failover.coolify.p50Ms),
    failedStartCoolifyP99Ms: round(failover.coolify.p99Ms),
    breakerToMovedOnP50Ms: round(movedOn.p50Ms),
    breakerToMovedOnP99Ms: round(movedOn.p99Ms),
    callsPerMinuteK8sFew: round(calls.few.k8s, 1),
    callsPerMinuteK8sMany: round(calls.many.k8s, 1),
    callsPerMinuteAwsFew: round(calls.few.aws, 1),
    callsPerMinuteAwsMany: round(calls.many.aws, 1),
    callsPerMinuteCoolifyFew: round(calls.few.coolify, 1),
    callsPerMinuteCoolifyMany: round(calls.many.coolify, 1),
  };
}

const FAILOVER_AIM_MS = 2_000;
const MOVED_ON_AIM_MS = 1_000;
/** Of two windows one may hold a periodic request more than the other. */
const CALLS_RATIO_AIM = 1.2;

/** The lines for people. */
export function describePlatforms({ failover, movedOn, calls }: PlatformResult): string {
  const met = (isMet: boolean) => (isMet ? "met" : "missed");
  const failovers = DEPLOYMENT_PLATFORMS.map((platform) => {
    const { p50Ms, p99Ms, count } = failover[platform];
    const verdict = met(p99Ms <= FAILOVER_AIM_MS);
    return `    ${platform}: ${round(p50Ms)} ms, 99 % within ${round(p99Ms)} ms, of ${count}; aim ${FAILOVER_AIM_MS}: ${verdict}`;
  });
  const requests = DEPLOYMENT_PLATFORMS.map((platform) => {
    const [few, many] = [calls.few[platform], calls.many[platform]];
    const figures = `${round(few, 1)} for ${FEW} bots, ${round(many, 1)} for ${MANY}, ratio ${round(many / few)}`;
    return `    ${platform}: ${figures}; aim ${CALLS_RATIO_AIM}: ${met(many / few <= CALLS_RATIO_AIM)}`;
  });
  return `(g) from a platform's own evidence that a bot will not start to its next create call
${failovers.join("\n")}
(h) ${round(movedOn.p50Ms)} ms from a breaker's verdict to the create calls of the bots that waited there, 99 % within ${round(movedOn.p99Ms)} ms,
    of ${movedOn.count}; aim ${MOVED_ON_AIM_MS}: ${met(movedOn.p99Ms <= MOVED_ON_AIM_MS)}
(i) requests to a platform's API per minute
${requests.join("\n")}`;
}

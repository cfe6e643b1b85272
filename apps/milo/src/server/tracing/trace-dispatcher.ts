import type { DeploymentPlatform } from "@milo/placement";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import type { giveUpAttempt } from "#server/database/repositories/give-up-attempt.ts";
import { attemptAttributes } from "./attempt-attributes.ts";
import { readTraceLink, type TraceLink } from "./trace-links.ts";
import { activeSpan, addSpan, contextOf, failSpan, traceableText, withSpan } from "./tracer.ts";

/** An attempt's fence as its admission gives it: a takeover has raised it. */
const FIRST_FENCE = 1;

type Attempt = { deploymentId: number; fence: number };

/** Tells a launch as a part of its bot's trace. */
export type LaunchTracing = <Result>(attempt: Attempt, launch: () => Promise<Result>) => Promise<Result>;

/** Spans `admission`, from when the bot began to wait to its slot, and `launch`, around all that is done for it here. */
export function createLaunchTracing(sql: Sql): LaunchTracing {
  return async (attempt, launch) => {
    const link = await findLink(sql, attempt.deploymentId);
    if (link === null) return launch();
    const parent = contextOf(link.traceParent);
    const attributes = attemptAttributes(link);
    if (attempt.fence === FIRST_FENCE) {
      addSpan("admission", { parent, attributes, from: link.waitedFrom, to: link.reservedAt });
    }
    const taken = { ...attributes, "milo.taken_over": attempt.fence > FIRST_FENCE };
    return withSpan("launch", { parent, attributes: taken }, launch);
  };
}

/** A span for each create and start that is asked of a platform within a launch; its other calls belong to no bot. */
export function tracePlatforms(
  platforms: ReadonlyMap<DeploymentPlatform, PlatformService>,
): ReadonlyMap<DeploymentPlatform, PlatformService> {
  return new Map([...platforms].map(([name, service]) => [name, tracePlatform(service)]));
}

function tracePlatform(service: PlatformService): PlatformService {
  const traced: Pick<PlatformService, "create" | "start"> = {
    create: (...given) => asCall(service, "create", () => service.create(...given)),
    start: (...given) => asCall(service, "start", () => service.start(...given)),
  };
  return new Proxy(service, {
    get(target, key) {
      if (key === "create" || key === "start") return traced[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

type Outcome = { kind: string; class?: string; reason?: string };

function asCall<Result extends Outcome>(
  { platform }: PlatformService,
  verb: "create" | "start",
  call: () => Promise<Result>,
): Promise<Result> {
  if (activeSpan() === null) return call();
  const attributes = { "milo.platform": platform };
  return withSpan(`${platform}.${verb}`, { kind: "client", attributes }, async (span) => {
    const outcome = await call();
    span.setAttribute("milo.outcome", outcome.kind);
    if (outcome.reason !== undefined) failSpan(span, outcome.class ?? outcome.kind, outcome.reason);
    return outcome;
  });
}

/**
 * Tells of attempts that are given up: in their launch while that goes on, else (no claim came, the platform told of a
 * failed start) in a span of its own. What comes next, on another platform, is the trace's next `admission`.
 */
export function traceGiveUps<Bag extends { giveUpAttempt: typeof giveUpAttempt }>(repositories: Bag): Bag {
  return {
    ...repositories,
    async giveUpAttempt(sql, input) {
      const gaveUp = await repositories.giveUpAttempt(sql, input);
      if (gaveUp) await tellGivenUp(sql, input);
      return gaveUp;
    },
  };
}

async function tellGivenUp(sql: Sql, given: Parameters<typeof giveUpAttempt>[1]): Promise<void> {
  const launch = activeSpan();
  if (launch !== null) {
    launch.addEvent("attempt given up", {
      "milo.failure.class": given.class,
      "milo.failure.reason": traceableText(given.reason),
    });
    return failSpan(launch, given.class, given.reason);
  }
  const link = await findLink(sql, given.deploymentId);
  if (link === null) return;
  const options = { parent: contextOf(link.traceParent), attributes: attemptAttributes(link) };
  await withSpan("give up", options, async (span) => failSpan(span, given.class, given.reason));
}

/** A bot that was made while traces were off has none; and no launch waits for, or fails by, being told. */
async function findLink(sql: Sql, deploymentId: number): Promise<(TraceLink & { traceParent: string }) | null> {
  const link = await readTraceLink(sql, { deploymentId }).catch(() => null);
  return link === null || link.traceParent === null ? null : { ...link, traceParent: link.traceParent };
}

import { setTimeout as delay } from "node:timers/promises";
import { type DeploymentPlatform, formatDuration, isFinalBotStatus, nameBot, PRIORITY_MIN } from "@milo/placement";
import { CliError, EXIT_CODES } from "../exit-codes.ts";
import type { MiloApi, OutputOf } from "../milo-api.ts";

export const PROBE_STEPS = ["launch", "claim", "stop", "gone"] as const;
export type ProbeStep = { step: (typeof PROBE_STEPS)[number]; ok: boolean; ms: number; message: string };
export type PlatformProbe = {
  platform: DeploymentPlatform;
  /** `skipped`: not tried, `reason` says why. */
  status: "ok" | "failed" | "skipped" | "interrupted";
  botId: number | null;
  steps: ProbeStep[];
  reason?: string;
};

export type ProbeOptions = {
  meetingUrl: string;
  /** The longest any one step may take, milliseconds. */
  stepTimeoutMs: number;
  signal: AbortSignal;
  onStep: (step: ProbeStep) => void;
  /** Told, again and again, what is being waited for. */
  onWait: (what: string) => void;
};

type Timeline = OutputOf<"bots.getTimeline">;
type Attempt = Extract<Timeline["items"][number], { kind: "attempt" }>["attempt"];
type Look = { done: string } | { failed: string } | { waiting: string };

const LOOK_EVERY_MS = 500;
/** A bot that milo can no longer be told about leaves by itself after this. */
const BOT_LIVES_AT_MOST_MS = 300_000;
/** After a failure, so long is waited to see that what was started is gone. */
const CLEAN_UP_WITHIN_MS = 30_000;

/**
 * Takes one bot of milo's own through launch, claim and stop on a platform, as any other bot: behind all others in the
 * queue and within the limit. Whatever happens, milo is told to stop it.
 */
export async function probePlatform(
  api: MiloApi,
  platform: DeploymentPlatform,
  options: ProbeOptions,
): Promise<PlatformProbe> {
  const steps: ProbeStep[] = [];
  let startMs = performance.now();
  const { botId } = await api.mutate("bots.create", {
    name: `milo probe ${platform}`,
    meetingPlatform: "zoom",
    meetingUrl: options.meetingUrl,
    platforms: [platform],
    priority: PRIORITY_MIN,
    queueTimeoutMs: options.stepTimeoutMs,
    maxDurationMs: BOT_LIVES_AT_MOST_MS,
  });
  const take = async (
    step: ProbeStep["step"],
    look: (timeline: Timeline) => Look,
    stepTimeoutMs = options.stepTimeoutMs,
  ): Promise<boolean> => {
    const taken = await takeStep(api, botId, { step, look, startMs }, { ...options, stepTimeoutMs });
    startMs = performance.now();
    steps.push(taken);
    options.onStep(taken);
    return taken.ok;
  };
  const runThrough = async (): Promise<boolean> => {
    if (!(await take("launch", lookForLaunch)) || !(await take("claim", lookForClaim))) return false;
    await api.mutate("bots.stop", { botId });
    return (await take("stop", lookForEnd)) && (await take("gone", lookForGone));
  };
  const unlessInterrupted = (error: unknown): false => {
    if (options.signal.aborted) return false;
    throw error;
  };
  let isOver = false;
  try {
    isOver = await runThrough().catch(unlessInterrupted);
  } finally {
    if (!isOver) await stopSurely(api, botId);
  }
  if (!isOver && steps.at(-1)?.step !== "gone") {
    await take("gone", lookForGone, CLEAN_UP_WITHIN_MS).catch(unlessInterrupted);
  }
  if (options.signal.aborted) return { platform, status: "interrupted", botId, steps };
  return { platform, status: isOver ? "ok" : "failed", botId, steps };
}

/** Not ended by the operator's signal: this is what it is there for. */
async function stopSurely(api: MiloApi, botId: number): Promise<void> {
  try {
    await api.mutate("bots.stop", { botId });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(
      error instanceof CliError ? error.exitCode : EXIT_CODES.failed,
      `${message}\n${nameBot(botId)} of the probe could not be stopped: run \`milo bots stop ${botId}\`. It ends by itself in five minutes.`,
    );
  }
}

async function takeStep(
  api: MiloApi,
  botId: number,
  { step, look, startMs }: { step: ProbeStep["step"]; look: (timeline: Timeline) => Look; startMs: number },
  { stepTimeoutMs, signal, onWait }: ProbeOptions,
): Promise<ProbeStep> {
  const tell = (ok: boolean, message: string) => ({ step, ok, ms: Math.round(performance.now() - startMs), message });
  for (;;) {
    signal.throwIfAborted();
    const seen = look(await api.query("bots.getTimeline", { botId }));
    if ("done" in seen) return tell(true, seen.done);
    if ("failed" in seen) return tell(false, seen.failed);
    onWait(`${step}: ${seen.waiting}`);
    if (performance.now() - startMs > stepTimeoutMs)
      return tell(false, `Not within ${formatDuration(stepTimeoutMs)}: ${seen.waiting}`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function attemptsOf({ items }: Timeline): Attempt[] {
  return items.flatMap((item) => (item.kind === "attempt" ? [item.attempt] : []));
}

/** The first attempt is the one that is looked at: another comes only after it failed. */
function lookForLaunch(timeline: Timeline): Look {
  const [attempt] = attemptsOf(timeline);
  const done = { done: `${attempt?.identifier ?? attempt?.launchKey} was accepted` };
  if (attempt?.claimedAt) return done;
  return lookForFailure(timeline) ?? (attempt?.acceptedAt ? done : { waiting: timeline.now.reason });
}

function lookForClaim(timeline: Timeline): Look {
  if (attemptsOf(timeline)[0]?.claimedAt) return { done: "the bot called home and was let in" };
  return lookForFailure(timeline) ?? { waiting: timeline.now.reason };
}

/** One failed attempt is the answer, though milo would try again. */
function lookForFailure(timeline: Timeline): Look | null {
  const failed = attemptsOf(timeline).find(
    ({ reason, stoppingAt, endedAt }) => reason !== null && (stoppingAt ?? endedAt) !== null,
  );
  if (failed !== undefined) return { failed: `${failed.class ?? "failed"}: ${failed.reason}` };
  const { status, reason } = timeline.now;
  return isFinalBotStatus(status) ? { failed: `${status}: ${reason}` } : null;
}

function lookForEnd({ now }: Timeline): Look {
  return isFinalBotStatus(now.status) ? { done: `it ended ${now.status}` } : { waiting: now.reason };
}

function lookForGone(timeline: Timeline): Look {
  const held = attemptsOf(timeline).find(({ endedAt }) => endedAt === null);
  return held === undefined ? { done: "its slot is free again" } : { waiting: `${held.launchKey} is not gone yet` };
}

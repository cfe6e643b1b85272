import { formatDuration, type Stage } from "@milo/placement";
import type { Command } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { MiloApi, OutputOf } from "../milo-api.ts";
import { formatSince } from "../output/format-time.ts";
import { type Output, printResult, type Style } from "../output/screen.ts";
import { type Cell, type Column, renderTable } from "../output/table.ts";
import { readQueue } from "./read-queue.ts";
import { waitForMilo } from "./wait-for-milo.ts";

type Info = OutputOf<"infrastructure.getPlatforms">[number];

/** A platform as `milo status --json` prints it. `waiting`: bots whose present stage it is. */
export type PlatformStatus = Info & {
  used: number;
  limit: number;
  healthy: boolean;
  starting: number;
  running: number;
  stopping: number;
  failed24h: number;
  waiting: number;
};
export type Status = {
  platforms: PlatformStatus[];
  /** `waitingForAny`: bots in their last stage, which waits for any platform. */
  queue: OutputOf<"infrastructure.getQueueStats"> & { waitingForAny: number };
};

/** More waiting bots than this are not told apart by platform. */
const MOST_TOLD_APART = 5_000;

const COLUMNS: readonly Column[] = [
  { title: "PLATFORM" },
  { title: "STATE" },
  { title: "USED", align: "right" },
  { title: "STARTING", align: "right" },
  { title: "RUNNING", align: "right" },
  { title: "STOPPING", align: "right" },
  { title: "WAITING", align: "right" },
  { title: "FAILED 24H", align: "right" },
  { title: "WHY", flexible: true },
];

/** Each platform of the plan: what it holds, who waits for it, its health and mode with reason and since when. */
export const showStatus: Command = async (context) => {
  const { api, output, nowMs } = context;
  const status = await waitForMilo(context, () => readStatus(api));
  printResult(output, status, () => renderStatus(output, status, nowMs()));
  return EXIT_CODES.ok;
};

async function readStatus(api: MiloApi): Promise<Status> {
  const [infos, capacities, stats, queue, waiting] = await Promise.all([
    api.query("infrastructure.getPlatforms"),
    api.query("infrastructure.getActivePlatforms"),
    api.query("infrastructure.getStats"),
    api.query("infrastructure.getQueueStats"),
    readQueue(api, MOST_TOLD_APART),
  ]);
  const count = (stage: Stage) => waiting.filter(({ waitingFor }) => waitingFor === stage).length;
  const platforms = infos.map((info) => {
    const capacity = capacities.find(({ platform }) => platform === info.platform);
    const stat = stats.find(({ platform }) => platform === info.platform);
    return {
      ...info,
      used: capacity?.used ?? 0,
      limit: capacity?.limit ?? 0,
      healthy: capacity?.isHealthy ?? false,
      starting: stat?.starting ?? 0,
      running: stat?.running ?? 0,
      stopping: stat?.stopping ?? 0,
      failed24h: stat?.failed24h ?? 0,
      waiting: count(info.platform),
    };
  });
  return { platforms, queue: { ...queue, waitingForAny: count("global") } };
}

function renderStatus(output: Output, { platforms, queue }: Status, nowMs: number): string {
  if (platforms.length === 0) return "No platform is known yet: no dispatcher has announced a plan. Is one running?";
  const rows = platforms.map((platform): Cell[] => {
    const state = describeState(platform);
    return [
      platform.platform,
      state,
      `${platform.used}/${platform.limit}`,
      ...["starting", "running", "stopping", "waiting", "failed24h"].map((name) =>
        String(platform[name as "starting"]),
      ),
      describeWhy(platform, nowMs),
    ];
  });
  const { total, oldest, avgWaitMs, waitingForAny } = queue;
  const waits =
    oldest === null ? "" : `; the first came ${formatSince(oldest, nowMs)}, ${formatDuration(avgWaitMs)} on average`;
  const anywhere = waitingForAny === 0 ? "" : `, ${waitingForAny} of them for any platform`;
  const summary =
    total === 0 ? "Nobody waits." : `${total} ${total === 1 ? "bot waits" : "bots wait"}${anywhere}${waits}.`;
  return `${renderTable(output.stdout, COLUMNS, rows)}\n\n${summary}`;
}

function describeState({ mode, breaker, healthy }: PlatformStatus): { text: string; style: Style } {
  if (mode !== "enabled") return { text: mode === "hold" ? "on hold" : "draining", style: "yellow" };
  if (breaker.state === "open") return { text: "failing", style: "red" };
  if (breaker.state === "half_open") return { text: "on trial", style: "yellow" };
  if (!healthy) return { text: "no good probe", style: "red" };
  return breaker.state === "ramping" ? { text: "recovering", style: "yellow" } : { text: "healthy", style: "green" };
}

function describeWhy({ mode, modeReason, modeSince, breaker, massStop }: PlatformStatus, nowMs: number): string {
  const parts: string[] = [];
  if (massStop !== null) {
    const goesOn = massStop.confirmedUntil === null ? "held" : "confirmed";
    parts.push(`${massStop.reason}: ${goesOn} (${formatSince(massStop.since, nowMs)})`);
  }
  if (mode !== "enabled") parts.push(`${modeReason ?? "no reason given"} (${formatSince(modeSince, nowMs)})`);
  if (breaker.state !== "closed") {
    const until = breaker.opensUntil === null ? "" : `, tried again ${formatSince(breaker.opensUntil, nowMs)}`;
    parts.push(`${breaker.reason ?? breaker.state} (${formatSince(breaker.since, nowMs)}${until})`);
  }
  return parts.join("; ");
}

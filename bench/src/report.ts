import { availableParallelism, loadavg } from "node:os";
import { describePlatforms } from "./platform-figures.ts";
import { describeRecovery } from "./recovery/recovery-figures.ts";
import type { Result } from "./run.ts";
import { round } from "./statistics.ts";

/** The figures for people, with what they aim for and what they are made of. */
export function tellReport(
  { figures: f, raw, placed, slots, platforms, pruning, recovery }: Result,
  say: (text: string) => void,
): void {
  const n = placed.starting;
  say(`
(a) ${f.rawCommitsPerS} plain commits per second (${round(raw.before)} before (b), ${round(raw.after)} after)
(b) ${f.placementsPerS} placements per second = ${f.placementRatio} of (a); aim: at least 0.12
    ${n} answered STARTING, ${placed.waiting} waiting, ${placed.refused} refused
    half within ${round(placed.latencyP50Ms)} ms, 99 % within ${round(placed.latencyP99Ms)} ms
    CPU per placement: callers ${round(placed.cpuMs / n)} ms, dispatcher ${round(placed.dispatcher.cpuMs / n)} ms with its start
(c) ${f.slotToLaunchP50Ms} ms from a freed slot to the next create call, 99 % within ${f.slotToLaunchP99Ms} ms; aim: 10, 50
    counted from the release's answer instead: ${round(slots.fromAnswerP50Ms)} ms and ${round(slots.fromAnswerP99Ms)} ms
(d) counting a platform: ${f.countBuffers} buffers, ${f.countMs} ms; its queue's head: ${f.headBuffers} buffers, ${f.headMs} ms
(e) a page of the queue: ${f.queuePageMs} ms; a place in it: ${f.queuePositionMs} ms; aim: 20
(f) the dispatcher's peak in (b): ${f.dispatcherPeakMiB} MiB; aim: 300
${describePlatforms(platforms)}
(j) first paint of each page, half within and 99 % within; aim: 100 ms
${Object.entries(f.pageMs)
  .map(([page, { p50Ms, p99Ms }]) => `    ${page.padEnd(16)} ${p50Ms} ms, ${p99Ms} ms`)
  .join("\n")}
(k) clearing away ${pruning.rows} old rows: ${round(pruning.clearingPerS)} placements per second beside it, ${round(pruning.keepingPerS)} without,
    ratio ${f.pruningRatio}; aim: 0.9; ${f.prunedRowsPerS} rows per second; a batch alone ${f.pruneBatchP50Ms} ms, 99 % within ${f.pruneBatchP99Ms} ms
${describeRecovery(recovery)}
fsync ${f.fsync}, synchronous_commit ${f.synchronousCommit}
rows of (b): ${f.bots} bots, ${f.deployments} deployments, ${f.bot_events} events
${availableParallelism()} cores; load over the last minute ${round(loadavg()[0] ?? 0, 1)}: above the number of cores, others had a share in this`);
}

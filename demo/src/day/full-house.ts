import { LIMITS, PRIORITY_ORDER } from "../timings.ts";
import { judgeFill, judgePriority } from "../verdict/judge-placement.ts";
import { judgeExpiry, judgeQueueDrains, judgeStopQueued, judgeStopRunning } from "../verdict/judge-queue.ts";
import type { Bots, DayStage } from "./stage.ts";

/** A call that lasts until the bot is told to leave. */
const OPEN_END_MS = 3_600_000;
const MEETINGS = ["Daily stand-up", "Weekly sync", "Design review", "Sprint planning", "Hiring panel", "All hands"];

/** The morning: everything is full, and who comes next has to wait. */
export async function playFullHouse(stage: DayStage): Promise<void> {
  const holders = await playFill(stage);
  await playExpiry(stage);
  await playStopQueued(stage);
  await playStopRunningAndPriority(stage, holders);
  await playQueueDrains(stage, holders);
}

/** True when all of the bots are in their calls. */
export function inCall(bots: Bots, ids: readonly number[]): boolean {
  return ids.every((id) => bots.get(id)?.status === "IN_CALL");
}

async function playFill(stage: DayStage): Promise<number[]> {
  const slots = PRIORITY_ORDER.reduce((sum, platform) => sum + LIMITS[platform], 0);
  const ids: number[] = [];
  const title = `${slots} bots in a hurry arrive for ${slots} slots: K8s fills up first, then AWS, then Coolify`;
  await stage.scenario("fill", title, async () => {
    for (let n = 0; n < slots; n++) {
      const order = { callMs: OPEN_END_MS, queueTimeoutMs: stage.timings.hurriedMs };
      ids.push(await stage.invite(MEETINGS[n % MEETINGS.length] ?? "Meeting", order));
    }
    await stage.until("all bots are in their calls", (bots) => inCall(bots, ids));
    return (record) => judgeFill(record, { bots: ids });
  });
  return ids;
}

async function playExpiry(stage: DayStage): Promise<void> {
  const queueTimeoutMs = stage.timings.impatientMs;
  await stage.scenario("expiry", "A bot that may not wait long finds every platform full", async () => {
    const bot = await stage.invite("Quick question", { callMs: OPEN_END_MS, queueTimeoutMs });
    await stage.until("it gives up", (bots) => bots.get(bot)?.status === "FATAL");
    return (record) => judgeExpiry(record, { bot, queueTimeoutMs });
  });
}

async function playStopQueued(stage: DayStage): Promise<void> {
  await stage.scenario("stop-queued", "A bot is stopped while it waits in the queue", async () => {
    const bot = await stage.invite("Cancelled meeting", { callMs: OPEN_END_MS });
    await stage.until("it waits", (bots) => bots.get(bot)?.entry?.status === "WAITING");
    await stage.dismiss([bot]);
    await stage.until("it is cancelled", (bots) => bots.get(bot)?.status === "CANCELLED");
    return (record) => judgeStopQueued(record, { bot });
  });
}

/** One slot frees because its bot is stopped; three wait for it, and each leaves it to the next. */
async function playStopRunningAndPriority(stage: DayStage, holders: readonly number[]): Promise<void> {
  const { shortCallMs } = stage.timings;
  const lowToHigh: number[] = [];
  const stopTitle = "A bot is stopped in its call while three wait, the least urgent first: who gets its slot?";
  await stage.scenario("stop-running", stopTitle, async () => {
    lowToHigh.push(await stage.invite("Coffee chat", { callMs: OPEN_END_MS, priority: 0 }));
    lowToHigh.push(await stage.invite("Customer call", { callMs: shortCallMs, priority: 5 }));
    lowToHigh.push(await stage.invite("Board meeting", { callMs: shortCallMs, priority: 10 }));
    const [stopped = 0] = holders;
    const successor = lowToHigh.at(-1) ?? 0;
    await stage.dismiss([stopped]);
    await stage.until("the most urgent one has its slot", (bots) => hasClaimed(bots, successor));
    return (record) => judgeStopRunning(record, { stopped, successor });
  });
  await stage.scenario("priority", "The three go through that slot in order of priority, not of arrival", async () => {
    await stage.until("the least urgent one is in its call", (bots) => inCall(bots, lowToHigh.slice(0, 1)));
    return (record) => judgePriority(record, { lowToHigh });
  });
}

async function playQueueDrains(stage: DayStage, holders: readonly number[]): Promise<void> {
  const { shortCallMs, drainWaitMs } = stage.timings;
  const title = "Every platform is full for so long that three bots wait for any; then a meeting ends";
  await stage.scenario("queue-drains", title, async () => {
    const ids: number[] = [];
    for (const meeting of ["Retrospective", "Budget round", "Team lunch"]) {
      ids.push(await stage.invite(meeting, { callMs: shortCallMs, queueTimeoutMs: drainWaitMs }));
    }
    await stage.until("all wait for any platform", (bots) =>
      ids.every((id) => bots.get(id)?.entry?.stage === "global"),
    );
    await stage.dismiss(holders.slice(1, 2));
    await stage.until("all have had their calls", (bots) => ids.every((id) => bots.get(id)?.status === "DONE"));
    return (record) => judgeQueueDrains(record, { bots: ids });
  });
}

function hasClaimed(bots: Bots, id: number): boolean {
  return bots.get(id)?.deployments.some((deployment) => deployment.claimedAtMs !== null) === true;
}

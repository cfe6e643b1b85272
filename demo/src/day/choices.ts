import { judgeFailover, judgeSpill, judgeWait } from "../verdict/judge-placement.ts";
import { inCall } from "./full-house.ts";
import type { DayStage } from "./stage.ts";

const OPEN_END_MS = 3_600_000;

/** The afternoon: only the first platform is full, and each bot finds its own way round that. */
export async function playChoices(stage: DayStage): Promise<void> {
  const onFirst = await playWait(stage);
  await playSpill(stage);
  await playFailover(stage, onFirst);
}

/** Answers the bots that then fill the first platform. */
async function playWait(stage: DayStage): Promise<number[]> {
  const { endingCallMs, queueTimeoutMs } = stage.timings;
  const stays: number[] = [];
  await stage.scenario("wait", "K8s is full, but one of its meetings ends soon: waiting for it pays", async () => {
    stays.push(await stage.invite("Workshop", { callMs: OPEN_END_MS }));
    stays.push(await stage.invite("Training", { callMs: OPEN_END_MS }));
    const holder = await stage.invite("Short briefing", { callMs: endingCallMs });
    await stage.until("K8s is full", (bots) => inCall(bots, [...stays, holder]));
    const waiter = await stage.invite("Sales demo", { callMs: OPEN_END_MS });
    stays.push(waiter);
    await stage.until("the waiting bot is in its call", (bots) => inCall(bots, [waiter]));
    return (record) => judgeWait(record, { holder, waiter, waitMs: queueTimeoutMs.k8s });
  });
  return stays;
}

async function playSpill(stage: DayStage): Promise<void> {
  const waitMs = stage.timings.queueTimeoutMs.k8s;
  const title = `K8s stays full for the ${waitMs / 1_000} s a bot waits for it: the next one goes to AWS`;
  await stage.scenario("spill", title, async () => {
    const bot = await stage.invite("Support call", { callMs: OPEN_END_MS });
    await stage.until("it is in its call", (bots) => inCall(bots, [bot]));
    return (record) => judgeSpill(record, { bot, waitMs });
  });
}

async function playFailover(stage: DayStage, onFirst: readonly number[]): Promise<void> {
  const title = "K8s has room again, but its registry lacks the image for Microsoft Teams: AWS takes over";
  await stage.scenario("failover", title, async () => {
    await stage.dismiss(onFirst);
    const isFree = (phase: string | undefined) => phase === "ENDED";
    await stage.until("K8s has room", (bots) => onFirst.some((id) => isFree(bots.get(id)?.deployments.at(-1)?.phase)));
    const bot = await stage.invite("Teams town hall", { callMs: OPEN_END_MS, meetingPlatform: "microsoft-teams" });
    await stage.until("it is in its call", (bots) => inCall(bots, [bot]));
    return (record) => judgeFailover(record, { bot });
  });
}

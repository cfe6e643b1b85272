import { BOT_API } from "@milo/bot-contract";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { attemptToken, readInstallation } from "#server/database/repositories/installation.ts";
import { applyPlans } from "#server/database/repositories/platform-rows.ts";
import { DECISIONS, type Decision } from "#server/logging/decisions.ts";
import { createInstruments } from "#server/metrics/instruments.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { enqueue, testPlan } from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import { startTestWeb, type TestWeb, testBotRoutes } from "#server/web/testing/test-web.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";
import { createHistoryClearing } from "./clear-history.ts";
import type { DispatcherContext } from "./context.ts";
import { launchAttempt } from "./launch.ts";
import { createLaunchLane } from "./launch-lane.ts";
import { runPass } from "./pass.ts";
import { createPresence } from "./presence.ts";
import { createAdmissionReview } from "./review-admissions.ts";
import { takeOverLaunches } from "./take-over.ts";
import { createWatchedWorld, type RunningBot, type WatchedWorld } from "./watched.testkit.ts";

type Line = { decision?: Decision; bot?: number; attempt?: number; platform?: string; why?: string; alarm?: string };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const plan = testPlan({ k8s: 50, aws: 50 });

/** What every replica and every web process would write, in one list. */
describe("each decision is one line of the log, with bot, attempt, platform and why", () => {
  let world: WatchedWorld;
  let services: Services;
  let web: TestWeb;
  let ctx: DispatcherContext;
  let k8s: FakePlatform;
  const lines: Line[] = [];
  const told = new Set<Decision>();
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });

  beforeAll(async () => {
    world = await createWatchedWorld();
    for (const replica of [world.first, world.second]) replica.log = log;
    const { sql } = world.milo;
    k8s = createFakePlatform("k8s");
    const platforms = [k8s, createFakePlatform("aws")];
    const sleep = async () => undefined;
    ctx = (await createTestContext(sql, plan, platforms, { times: DEFAULT_TIMES, log, sleep })).context;
    services = createServices({ sql, plan, times: DEFAULT_TIMES, log });
    const bots = await testBotRoutes(world.milo, log);
    web = await startTestWeb({ routes: () => ({ bots }) });
    await createPresence(ctx).turn();
  });
  beforeEach(async () => {
    await world.reset();
    await world.milo.sql`UPDATE platforms SET mode = 'enabled', breaker_state = 'closed', admit_not_before = NULL,
      capacity_refusals = 0, bot_limit = 50`;
    lines.length = 0;
  });
  afterAll(async () => {
    await web[Symbol.asyncDispose]();
    await services.hybrid.close();
    await world.milo[Symbol.asyncDispose]();
  });

  const api = () => createCaller({ services });
  /** The lines of one kind; whoever asks has seen it told. */
  function linesOf(decision: Decision): Line[] {
    const found = lines.filter((line) => line.decision === decision);
    if (found.length > 0) told.add(decision);
    for (const { why } of found) expect(why).toMatch(/\S/);
    return found;
  }
  const decisions = () => lines.flatMap(({ decision }) => decision ?? []);
  const named = ({ botId, attempt = 1 }: { botId: number; attempt?: number }, platform = "k8s") => {
    return { bot: botId, attempt, platform };
  };
  async function order(more: object = {}): Promise<number> {
    const { results } = await api().bots.createMany({
      bots: [{ meetingPlatform: "zoom", meetingUrl: "https://zoom.example/j/1", ...more }],
    });
    return results[0]?.botId ?? expect.fail("not stored");
  }
  async function admitted() {
    const { admitted: batch } = await runPass(ctx);
    return batch.map((attempt) => ({ ...attempt, sent: null }));
  }
  const launch = async (attempt: Awaited<ReturnType<typeof admitted>>[number] | undefined) =>
    launchAttempt(ctx, createLaunchLane(ctx), attempt ?? expect.fail("not admitted"));
  async function post(
    path: string,
    { launchKey, bootId }: Pick<RunningBot, "launchKey" | "bootId">,
    more: object = {},
  ) {
    const token = attemptToken(await readInstallation(world.milo.sql), launchKey);
    const headers = { authorization: `Bearer ${token}` };
    return web.call(path, { method: "POST", headers, body: JSON.stringify({ launchKey, bootId, ...more }) });
  }

  it("of callers and operators about waiting bots", async () => {
    const first = await order();
    const [second, third] = [await order(), await order()];
    await api().queue.setPriority({ botIds: [first], priority: 5 });
    await api().queue.setPriority({ botIds: [first], priority: 5 });
    await api().queue.cancel({ botIds: [second] });
    await api().bots.stop({ botId: third });
    await api().bots.stop({ botId: third });
    await api().bots.retry({ botId: third });
    expect(linesOf("accepted").map(({ bot }) => bot)).toEqual([first, second, third, third + 1]);
    expect(linesOf("reordered")).toMatchObject([{ bot: first, from: "0", to: "5" }]);
    expect(linesOf("stop_ordered")).toMatchObject([
      { bot: second, to: "CANCELLED" },
      { bot: third, to: "CANCELLED" },
    ]);
  });

  it("from the admission over a launch that is tried again and fails to the next platform", async () => {
    const { sql } = world.milo;
    const instruments = createInstruments("dispatcher");
    const review = createAdmissionReview({ sql, instruments, log, monotonicMs: () => 0 });
    const botId = await enqueue(sql, plan);
    const [first] = await admitted();
    k8s.nextCreates.push({ kind: "unknown", reason: "no answer" });
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "no node" });
    await launch(first);
    const [second] = await admitted();
    await launch(second);
    review.note([first?.deploymentId ?? 0, second?.deploymentId ?? 0]);
    await review.turn();
    expect(decisions()).toEqual([
      "sent_again",
      "gave_up",
      "requeued",
      "backed_off",
      "launched",
      "admitted",
      "admitted",
      "failed_over",
    ] satisfies Decision[]);
    for (const decision of ["sent_again", "gave_up", "requeued"] as const)
      expect(linesOf(decision)).toMatchObject([named({ botId })]);
    expect(linesOf("backed_off")).toMatchObject([{ platform: "k8s", class: "capacity" }]);
    expect(linesOf("launched")).toMatchObject([named({ botId, attempt: 2 }, "aws")]);
    expect(linesOf("admitted")).toMatchObject([named({ botId }), named({ botId, attempt: 2 }, "aws")]);
    expect(linesOf("failed_over")).toMatchObject([{ ...named({ botId, attempt: 2 }, "aws"), from: "k8s", to: "aws" }]);
  });

  it("of a launch that is taken over, of a breaker, a mode and a stage that is passed", async () => {
    const { sql } = world.milo;
    const botId = await enqueue(sql, plan);
    await admitted();
    await sql`UPDATE deployments SET lease_until = milo_now(), lease_owner = 'dead'`;
    const [taken] = await takeOverLaunches(ctx);
    k8s.nextCreates.push({ kind: "failed", class: "config", reason: "no such image" });
    await launchAttempt(ctx, createLaunchLane(ctx), taken ?? expect.fail("not taken over"));
    expect(linesOf("taken_over")).toMatchObject([named({ botId })]);
    expect(linesOf("breaker_changed")).toMatchObject([
      { platform: "k8s", from: "closed", to: "open", alarm: "platform_config" },
    ]);
    await sql`UPDATE platforms SET breaker_state = 'closed'`;
    for (let n = 0; n < 2; n++)
      await api().infrastructure.setPlatformMode({ platform: "k8s", mode: "hold", reason: "maintenance" });
    expect(linesOf("mode_changed")).toMatchObject([{ platform: "k8s", to: "hold", why: "maintenance" }]);
    const waiting = await enqueue(sql, plan);
    await admitted();
    expect(linesOf("stage_passed").filter(({ bot }) => bot === waiting)).not.toEqual([]);
  });

  it("of a bot's own end, and of what may not join", async () => {
    const bot = { ...(await world.start()), bootId: "the-first-process" };
    await post(BOT_API.claim, bot);
    await post(BOT_API.claim, { ...bot, bootId: "another-process" });
    expect(linesOf("claimed")).toMatchObject([named(bot)]);
    expect(linesOf("claim_refused")).toMatchObject([named(bot)]);
    const at = new Date().toISOString();
    const events = ["JOINING_CALL", "IN_CALL", "LEAVING", "CALL_ENDED", "DONE"].map((status) => {
      return { id: status, at, status, code: status };
    });
    await post(BOT_API.events, bot, { events });
    await post(BOT_API.events, bot, { events });
    expect(linesOf("ended")).toMatchObject([{ bot: bot.botId, attempt: 1, to: "DONE" }]);
    await world.clock.shift(MINUTE_MS);
    await world.stop();
    expect(linesOf("stopped")).toMatchObject([named(bot)]);
  });

  it("of a bot that is told to leave and does not, and of one whose container is lost", async () => {
    const overdue = await world.run();
    await world.clock.shift(5 * HOUR_MS);
    await world.sweep();
    await world.sweep();
    expect(linesOf("told_to_leave")).toMatchObject([named(overdue)]);
    await world.clock.shift(HOUR_MS);
    await world.sweep();
    expect(linesOf("gave_up")).toMatchObject([named(overdue)]);
    expect(linesOf("ended")).toMatchObject([{ ...named(overdue), to: "FATAL" }]);

    lines.length = 0;
    const lost = await world.run();
    const shown = world.cluster.workloads.get(lost.identifier) ?? expect.fail("not shown");
    const end = { exitCode: 137, reason: "evicted", infrastructure: true };
    world.cluster.workloads.set(lost.identifier, { ...shown, state: "ended", end });
    await world.clock.shift(1_000);
    await world.look();
    expect(linesOf("requeued")).toMatchObject([{ ...named(lost), to: "QUEUED" }]);
    expect(decisions().filter((one) => one === "ended")).toEqual([]);
  });

  it("of orphans, of a sweep that is held, and of an operator's word", async () => {
    const running: RunningBot[] = [];
    for (let n = 0; n < 6; n++) running.push(await world.run());
    await world.clock.shift(HOUR_MS);
    const shown = new Map(world.cluster.workloads);
    world.cluster.workloads.clear();
    for (let n = 0; n < 3; n++) {
      await world.look();
      await world.clock.shift(10_000);
    }
    expect(linesOf("sweep_held")).toMatchObject([{ platform: "k8s", alarm: "mass_stop", level: 50 }]);
    await api().infrastructure.confirmMassStop({ platform: "k8s", reason: "they are gone" });
    for (const [identifier, workload] of shown) world.cluster.workloads.set(identifier, workload);
    await world.beat(running);
    await world.look();
    expect(linesOf("sweep_resumed")).toMatchObject([{ platform: "k8s" }]);

    world.cluster.show("stranger", null);
    for (let n = 0; n < 3; n++) {
      await world.look();
      await world.clock.shift(MINUTE_MS);
    }
    expect(linesOf("reclaimed")).toMatchObject([{ platform: "k8s" }]);

    await world.clock.shift(HOUR_MS);
    const [gone, anyway] = running;
    await api().infrastructure.confirmGone({ deploymentId: gone?.deploymentId ?? 0, reason: "the node burnt down" });
    await api().bots.replaceAnyway({ botId: anyway?.botId ?? 0, reason: "the meeting matters more" });
    expect(linesOf("operator_word")).toMatchObject([
      { platform: "k8s", why: expect.stringContaining("they are gone") },
      { ...named(gone ?? expect.fail()), why: expect.stringContaining("the node burnt down") },
      { ...named(anyway ?? expect.fail()), why: expect.stringContaining("the meeting matters more") },
    ]);
  });

  it("of limits that change with the dispatchers, and of history that is cleared away", async () => {
    const { sql } = world.milo;
    await sql`UPDATE platforms SET bot_limit = 7 WHERE platform = 'aws'`;
    const presence = createPresence(ctx);
    await presence.turn();
    await presence.turn();
    expect(linesOf("limits_changed").filter(({ platform }) => platform === "aws")).toMatchObject([
      { from: expect.stringContaining("limit 7"), to: expect.stringContaining("limit ") },
    ]);
    lines.length = 0;
    await applyPlans(sql, DEFAULT_TIMES.dispatcherLeaseMs, () => expect.fail("nothing has changed"));

    await sql`INSERT INTO bots (name, meeting_platform, meeting_url, status, created_at, finished_at)
      SELECT 'old', 'zoom', 'https://zoom.example/1', 'DONE', milo_now() - interval '200 days', milo_now() - interval '200 days'`;
    const clear = createHistoryClearing(ctx, () => 1);
    for (let n = 0; n < 3; n++) await clear();
    expect(linesOf("cleared_away")).toHaveLength(1);
  });

  it("and of no other kind is one: what docs/logs.md lists has been told above", () => {
    expect([...told].sort()).toEqual(Object.keys(DECISIONS).sort());
  });
});

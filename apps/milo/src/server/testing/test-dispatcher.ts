import { setTimeout as delay } from "node:timers/promises";
import type { PlatformPlan } from "@milo/placement";
import pino from "pino";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import type { DispatcherContext } from "#server/dispatcher/context.ts";
import { type Dispatcher, startDispatcher } from "#server/dispatcher/dispatcher.ts";
import { createLeaseBook } from "#server/dispatcher/lease-book.ts";
import { repositories } from "#server/dispatcher/repositories.ts";
import { DEFAULT_TIMES, type Times } from "../../config/times.ts";

/** Fast enough for tests, in the same order as the real ones. */
export const FAST_TIMES: Times = {
  ...DEFAULT_TIMES,
  claimLeaseMs: 2_000,
  heartbeatStaleMs: 4_000,
  unreachablePatienceMs: 2_000,
  dispatcherLeaseMs: 1_500,
  dispatcherLeaseRenewMs: 400,
  launchResolveMs: { k8s: 1_200, aws: 1_200, coolify: 1_200 },
  startByMs: { k8s: 20_000, aws: 20_000, coolify: 20_000 },
  pollMinMs: 300,
  pollMaxMs: 500,
  platformListMs: 200,
  healthCheckMs: 200,
  healthFreshMs: 1_000,
};

export type TestDispatcher = AsyncDisposable & Dispatcher & { context: DispatcherContext };

let started = 0;

/** What a dispatcher's loops are given, on platforms of the test's choice. */
export async function createTestContext(
  sql: Sql,
  plan: PlatformPlan,
  platforms: readonly PlatformService[],
  overrides: Partial<DispatcherContext> = {},
): Promise<{ context: DispatcherContext; abandon: AbortController }> {
  const abandon = new AbortController();
  const times = overrides.times ?? FAST_TIMES;
  const monotonicMs = overrides.monotonicMs ?? (() => performance.now());
  const context: DispatcherContext = {
    dispatcherId: `dispatcher-${++started}`,
    sql,
    repositories,
    installation: await readInstallation(sql),
    plan,
    platforms: new Map(platforms.map((service) => [service.platform, service])),
    times,
    replacePolicy: "infrastructure",
    miloUrl: "http://127.0.0.1:1",
    log: pino({ level: "silent" }),
    random: Math.random,
    monotonicMs,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    failpoint: async () => {},
    abandon: abandon.signal,
    leases: createLeaseBook(times.dispatcherLeaseMs, monotonicMs),
    ...overrides,
  };
  return { context, abandon };
}

/** A real dispatcher, every loop of it. */
export async function startTestDispatcher(
  sql: Sql,
  plan: PlatformPlan,
  platforms: readonly PlatformService[],
  overrides: Partial<DispatcherContext> = {},
): Promise<TestDispatcher> {
  const { context, abandon } = await createTestContext(sql, plan, platforms, overrides);
  const dispatcher = await startDispatcher(context, abandon);
  let stopped: Promise<void> | null = null;
  const stop = (graceMs: number) => {
    stopped ??= dispatcher.stop(graceMs);
    return stopped;
  };
  return { ...dispatcher, stop, context, [Symbol.asyncDispose]: () => stop(0) };
}

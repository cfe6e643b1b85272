import { setTimeout as delay } from "node:timers/promises";
import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import type { PlatformService } from "@milo/milo/server/api/services/platform/platform-service.ts";
import { openDatabase } from "@milo/milo/server/database/client.ts";
import { readInstallation } from "@milo/milo/server/database/repositories/installation.ts";
import type { DispatcherContext } from "@milo/milo/server/dispatcher/context.ts";
import { STOP_GRACE_MS, startDispatcher } from "@milo/milo/server/dispatcher/dispatcher.ts";
import { createLeaseBook } from "@milo/milo/server/dispatcher/lease-book.ts";
import { repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import type { DeploymentPlatform } from "@milo/placement";
import { createFileLogger } from "./file-logger.ts";
import { InstantPlatform } from "./instant-platform.ts";
import { type DispatcherSetup, machineMs } from "./messages.ts";
import { SilentPlatform } from "./silent-platform.ts";

/** As many as production opens. */
const CONNECTIONS = 12;

/** Makes the adapter of a platform for an installation; null where a stand-in that answers at once is to do. */
type MakePlatform = (platform: DeploymentPlatform, installationId: string) => PlatformService | null;

/**
 * The real dispatcher in this process, composed as in production but for its platforms, until the parent says stop.
 * What it is started with stands in the first argument.
 */
export async function serveDispatcher<Setup extends DispatcherSetup>(
  makePlatformOf: (setup: Setup) => MakePlatform,
): Promise<void> {
  const setup = JSON.parse(process.argv[2] ?? "{}") as Setup;
  const database = openDatabase(setup.url, { applicationName: "bench-dispatcher", maxConnections: CONNECTIONS });
  const installation = await readInstallation(database.sql);
  const abandon = new AbortController();

  const onCreate = (launchKey: string) => {
    const atMs = machineMs();
    if (setup.tellCreates) process.send?.({ kind: "create", launchKey, atMs });
  };
  const makePlatform = makePlatformOf(setup);
  const StandIn = setup.neverAnswers ? SilentPlatform : InstantPlatform;
  const platforms = new Map<DeploymentPlatform, PlatformService>(
    setup.plan.platforms.map(({ platform }) => [
      platform,
      makePlatform(platform, installation.id) ?? new StandIn(platform, onCreate),
    ]),
  );
  const monotonicMs = () => performance.now();
  const context: DispatcherContext = {
    dispatcherId: `bench-${process.pid}`,
    sql: database.sql,
    repositories,
    installation,
    plan: setup.plan,
    platforms,
    times: { ...DEFAULT_TIMES, historyKeepMs: setup.historyKeepMs ?? DEFAULT_TIMES.historyKeepMs },
    replacePolicy: "infrastructure",
    miloUrl: "http://127.0.0.1:1",
    log: createFileLogger("dispatcher", setup.logFile),
    random: Math.random,
    monotonicMs,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    failpoint: async () => {},
    abandon: abandon.signal,
    leases: createLeaseBook(DEFAULT_TIMES.dispatcherLeaseMs, monotonicMs),
  };
  const dispatcher = await startDispatcher(context, abandon);

  process.on("message", async (message: { kind: string }) => {
    if (message.kind === "usage") {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      process.send?.({ kind: "usage", peakMiB: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1_000 });
    }
    if (message.kind === "stop") {
      await dispatcher.stop(STOP_GRACE_MS);
      await database.close();
      process.disconnect();
    }
  });
  process.send?.({ kind: "ready" });
}

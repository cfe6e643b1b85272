import type { DeploymentPlatform, PlatformPlan, ReplacePolicy } from "@milo/placement";
import type { Logger } from "pino";
import type { PlatformService, Workload } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import type { Installation } from "#server/database/repositories/installation.ts";
import type { LaunchTracing } from "#server/tracing/trace-dispatcher.ts";
import type { Times } from "../../config/times.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { Repositories } from "./repositories.ts";

/** Everything a dispatcher loop may touch. Made by the composition root, by tests and by the simulation. */
export type DispatcherContext = {
  /** Unique per process start. */
  dispatcherId: string;
  sql: Sql;
  /** As `sql`, for one short statement that is asked again and again at rest; without it `sql` itself is asked. */
  warm?<T>(statement: (sql: Sql) => Promise<T>): Promise<T>;
  repositories: Repositories;
  installation: Installation;
  plan: PlatformPlan;
  /** Adapters of the plan's platforms and of those that still hold deployments. */
  platforms: ReadonlyMap<DeploymentPlatform, PlatformService>;
  times: Times;
  /** Which bots are replaced when their container is lost. */
  replacePolicy: ReplacePolicy;
  /** What bots call home. */
  miloUrl: string;
  log: Logger;
  /** In [0, 1): spreads back-offs. */
  random(): number;
  /** A monotonic clock in milliseconds, for own leases: it stands still for nobody. */
  monotonicMs(): number;
  /** Waits; rejects when the signal ends it. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A named commit boundary: nothing happens here unless a test arms it. */
  failpoint(name: string): Promise<void>;
  /** Hears of each complete listing, for who counts them. */
  onListed?(platform: DeploymentPlatform, workloads: readonly Workload[]): void;
  /** Ends when what is under way is to be left as it is, for another dispatcher to take over. */
  abandon: AbortSignal;
  /** Which launches this process may still send for. */
  leases: LeaseBook;
  /** Given while traces are on: tells each launch. */
  traceLaunch?: LaunchTracing;
};

/** Asks what is asked again and again at rest. */
export function askWarm<T>(
  ctx: Pick<DispatcherContext, "sql" | "warm">,
  statement: (sql: Sql) => Promise<T>,
): Promise<T> {
  return ctx.warm === undefined ? statement(ctx.sql) : ctx.warm(statement);
}

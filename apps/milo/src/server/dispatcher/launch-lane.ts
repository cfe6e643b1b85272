import type { DeploymentPlatform } from "@milo/placement";
import type { RenderedRequest } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import type { Held } from "#server/database/repositories/launch-writes.ts";
import { isContention, isRetryable, withRetry } from "#server/database/retry.ts";
import { createBatcher } from "./batcher.ts";
import { noteStarted } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";

/**
 * The launch's compare-and-set writes, each gathered with those of other launches into one commit. All answer
 * false when the attempt is no longer this holder's: it was revoked or taken over.
 */
export type LaunchLane = {
  markLaunching(attempt: Held & { request: RenderedRequest }): Promise<boolean>;
  recordIdentifier(attempt: Held & { identifier: string }): Promise<boolean>;
  markStarting(attempt: Held): Promise<boolean>;
  /** Counts an answer of "taken" towards the platform's recovery from a capacity back-off. */
  noteAccepted(platform: DeploymentPlatform): Promise<void>;
  /** Tells the platform's breaker of a start. */
  noteStarted(attempt: { deploymentId: number; platform: DeploymentPlatform }): Promise<void>;
};

export function createLaunchLane(ctx: DispatcherContext): LaunchLane {
  const { sql, repositories } = ctx;
  const gather = <Item extends Held>(write: Write<Item>) => {
    const batched = createBatcher<Item, Outcome>((items) => writeTogether(sql, write, items));
    return async (item: Item) => {
      const outcome = await batched(item);
      if ("error" in outcome) throw outcome.error;
      return outcome.changed;
    };
  };
  return {
    markLaunching: gather((db, items: readonly (Held & { request: RenderedRequest })[]) =>
      repositories.markLaunching(db, items),
    ),
    recordIdentifier: gather((db, items: readonly (Held & { identifier: string })[]) =>
      repositories.recordIdentifiers(db, items),
    ),
    markStarting: gather((db, items: readonly Held[]) => repositories.markStarting(db, items)),
    noteAccepted: createBatcher<DeploymentPlatform, void>(async (platforms) => {
      for (const platform of new Set(platforms)) await repositories.endBackOff(sql, platform);
      return platforms.map(() => undefined);
    }),
    noteStarted: createBatcher<{ deploymentId: number; platform: DeploymentPlatform }, void>(async (started) => {
      for (const platform of new Set(started.map((one) => one.platform))) {
        const ids = started.filter((one) => one.platform === platform).map((one) => one.deploymentId);
        await noteStarted(ctx, platform, ids);
      }
      return started.map(() => undefined);
    }),
  };
}

type Write<Item> = (sql: Sql, items: readonly Item[]) => Promise<Set<number>>;
type Outcome = { changed: boolean } | { error: unknown };

/** One commit for all; when a row among them is locked for too long, one for each, so that only its launch waits. */
async function writeTogether<Item extends Held>(sql: Sql, write: Write<Item>, items: readonly Item[]) {
  try {
    const changed = await withRetry(() => write(sql, items), isRetryable);
    return items.map((item) => ({ changed: changed.has(item.deploymentId) }));
  } catch (error) {
    if (!isContention(error)) throw error;
    return items.map((item) => writeAlone(sql, write, item));
  }
}

async function writeAlone<Item extends Held>(sql: Sql, write: Write<Item>, item: Item): Promise<Outcome> {
  try {
    const changed = await withRetry(() => write(sql, [item]));
    return { changed: changed.has(item.deploymentId) };
  } catch (error) {
    return { error };
  }
}

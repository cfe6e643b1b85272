import type { DeploymentPlatform } from "@milo/placement";
import type { RenderedRequest } from "#server/api/services/platform/platform-service.ts";
import type { Held } from "#server/database/repositories/launch-writes.ts";
import { withRetry } from "#server/database/retry.ts";
import { createBatcher } from "./batcher.ts";
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
};

export function createLaunchLane(ctx: DispatcherContext): LaunchLane {
  const { sql, repositories } = ctx;
  const gather = <Item extends Held>(write: (sql: typeof ctx.sql, items: readonly Item[]) => Promise<Set<number>>) =>
    createBatcher<Item, boolean>(async (items) => {
      const changed = await withRetry(() => write(sql, items));
      return items.map((item) => changed.has(item.deploymentId));
    });
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
  };
}

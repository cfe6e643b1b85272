import type { Repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import { compareQueueOrder } from "@milo/placement";
import type { World } from "../world/world.ts";

/** `id` is the entry's, as in the queue's order: of two that queued at one moment a replaced bot comes second. */
type Waiting = { id: number; botId: number; priority: number; queuedAtMs: number };

/**
 * The admission, watched: outside of races whoever it takes are the first in the queue's one order among those
 * who may use the platform just then and whom no better one has room for.
 */
export function watchOrder(admit: Repositories["admit"], world: World): Repositories["admit"] {
  return async (sql, request, onSlotClash) => {
    if (world.racing) return admit(sql, request, onSlotClash);
    const eligible = await world.observer.sql<Waiting[]>`
      SELECT q.id, q.bot_id AS "botId", q.priority, (extract(epoch FROM q.queued_at) * 1000)::float8 AS "queuedAtMs"
      FROM deployment_queue q JOIN bots b ON b.id = q.bot_id
      WHERE q.status = 'WAITING' AND q.timeout_at > milo_now() AND ${request.platform} = ANY (q.open_to)
        AND b.status = 'QUEUED' AND b.stop_requested_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.bot_id = b.id AND d.phase = 'STOPPING' AND d.holds_bot)
        AND NOT q.open_to && (SELECT coalesce(array_agg(better.platform), '{}') FROM platforms better, platforms this
          WHERE this.platform = ${request.platform} AND better.position < this.position
            AND milo_has_room(better, milo_now()))`;
    const admitted = await admit(sql, request, onSlotClash);
    // A bot that may not be admitted at all is for other checks to find.
    const taken = new Set(admitted.map((a) => a.botId));
    const inOrder = eligible.toSorted(compareQueueOrder).map((waiting) => waiting.botId);
    const takenInOrder = inOrder.filter((id) => taken.has(id));
    const first = inOrder.slice(0, takenInOrder.length);
    if (takenInOrder.some((id, index) => id !== first[index])) {
      const what = `${request.platform} took bots ${takenInOrder} while ${first} were first in its queue at ${world.clock.databaseMs()}`;
      for (const botId of [takenInOrder[0], first.find((id) => !taken.has(id))]) {
        world.reported.push({ promise: 5, what, botId: botId ?? null });
      }
    }
    return admitted;
  };
}

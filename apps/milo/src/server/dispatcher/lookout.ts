import { type Database, openSingle, STATEMENT_TIMEOUT_MS } from "#server/database/client.ts";
import type { LookAhead } from "#server/database/repositories/look-ahead.ts";
import type { DispatcherContext } from "./context.ts";

/** The server has ended any statement by then: a connection on which there is no answer yet is dead. */
const ANSWER_WITHIN_MS = STATEMENT_TIMEOUT_MS + 1_000;

export type Lookout = { look(): Promise<LookAhead>; close(): Promise<void> };

/**
 * Looks ahead on a connection of its own. The pool gives out its connections in turn: at rest nearly every look would meet
 * one that has not planned it yet, which costs a multiple of the look. One that does not answer fails, and is replaced.
 */
export function createLookout(
  { sql, repositories }: Pick<DispatcherContext, "sql" | "repositories">,
  answerWithinMs = ANSWER_WITHIN_MS,
): Lookout {
  let own: Database = openSingle(sql);

  async function replace(silent: Database): Promise<void> {
    if (own === silent) own = openSingle(sql);
    await silent.close();
  }

  return {
    async look() {
      const asked = own;
      const timer = setTimeout(() => void replace(asked), answerWithinMs);
      try {
        return await repositories.lookAhead(asked.sql);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => own.close(),
  };
}

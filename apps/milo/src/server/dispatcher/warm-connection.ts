import { type Database, openSingle, type Sql, STATEMENT_TIMEOUT_MS } from "#server/database/client.ts";

/** The server has ended any statement by then: a connection on which there is no answer yet is dead. */
const ANSWER_WITHIN_MS = STATEMENT_TIMEOUT_MS + 1_000;

export type WarmConnection = {
  /** Runs what is one short statement that waits for no lock for long. */
  run<T>(statement: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * One connection for the statements that a dispatcher repeats at rest. The pool gives out its connections in turn: there
 * nearly every one would meet a connection that has not planned it yet, which costs a multiple of the statement. A
 * connection that does not answer fails what was asked on it, and is replaced.
 */
export function createWarmConnection(sql: Sql, answerWithinMs = ANSWER_WITHIN_MS): WarmConnection {
  let own: Database = openSingle(sql);

  async function replace(silent: Database): Promise<void> {
    if (own === silent) own = openSingle(sql);
    await silent.close();
  }

  return {
    async run(statement) {
      const asked = own;
      const timer = setTimeout(() => void replace(asked), answerWithinMs);
      try {
        return await statement(asked.sql);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => own.close(),
  };
}

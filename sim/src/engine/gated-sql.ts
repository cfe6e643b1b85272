import type { Sql } from "@milo/milo/server/database/client.ts";

/** Lets a race decide when each statement is sent; null = at once. */
export type Gate = { pass: (() => Promise<void>) | null; beforeTransaction: () => Promise<void> };

/** The connection with every statement behind the gate, those inside of transactions too. */
export function gateStatements(sql: Sql, gate: Gate): Sql {
  return wrap(sql as unknown as Callable, gate) as unknown as Sql;
}

type Callable = ((...args: unknown[]) => unknown) & { [key: string | symbol]: unknown };
type Begin = (work: (tx: Callable) => Promise<unknown>) => Promise<unknown>;

function wrap(target: Callable, gate: Gate): Callable {
  return new Proxy(target, {
    apply: (callee, _self, args) => hold(Reflect.apply(callee, undefined, args), gate),
    get(callee, key) {
      if (key !== "begin") return callee[key];
      const begin = callee.begin as Begin;
      return async (work: (tx: Callable) => Promise<unknown>) => {
        await gate.beforeTransaction();
        return begin((tx) => work(wrap(tx, gate)));
      };
    },
  });
}

/** A statement is sent when it is first awaited, after which the library itself listens to it; a fragment never is. */
function hold(query: unknown, gate: Gate): unknown {
  const { pass } = gate;
  if (pass === null || !(query instanceof Promise)) return query;
  const send = query.then.bind(query);
  let sent: Promise<void> | null = null;
  Object.assign(query, {
    // biome-ignore lint/suspicious/noThenProperty: the library sends a query when its `then` is called.
    then: (...handlers: Parameters<typeof send>) => {
      if (sent !== null) return send(...handlers);
      sent = pass();
      return sent.then(() => send(...handlers));
    },
  });
  return query;
}

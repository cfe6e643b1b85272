import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

type Mend = readonly [faulty: string, mended: string];

/**
 * postgres.js 3.4.9 writes small messages in a `setImmediate`. When the connection was lost before, that throws where
 * nobody can catch it and ends the process; and when the loss cancels it, nothing clears what it remembers, and the
 * connection never sends again. And nobody hears when a new connection's first question, for array types, fails: that ends
 * the process, or leaves a connection that reads no arrays. All are known and open: porsager/postgres issues 1154, 1208,
 * 1192 and 1205.
 */
const CONNECTION: readonly Mend[] = [
  [
    "const x = socket.write(chunk, fn)\n",
    `if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      const lost = Errors.connection('CONNECTION_CLOSED', options)
      query && queryError(query, lost)
      while (sent.length) queryError(sent.shift(), lost)
      return false
    }
    const x = socket.write(chunk, fn)\n`,
  ],
  [
    "clearImmediate(nextWriteTimer)\n    if (socket) {",
    "clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    if (socket) {",
  ],
  [
    "clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)",
    "clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)",
  ],
  ["return fetchArrayTypes()\n", "return fetchArrayTypes().catch(() => { socket && socket.destroy() })\n"],
];

/**
 * Before a statement with parameters runs for the first time, the library has the server describe it, and asks for the
 * answer by Flush. Until the rest comes the server takes its client to be at work: neither its limit for idle transactions
 * nor the one for statements counts. A process that freezes just there, in a transaction, keeps its rows locked for as
 * long as it is frozen. After Sync the server counts, and answers once more that it is ready.
 */
const DESCRIPTION: readonly Mend[] = [
  [
    "? Buffer.concat([describe(q), Flush])",
    "? Buffer.concat([describe(q), q.onlyDescribe ? Flush : (q.describing = true, Sync)])",
  ],
  [
    "query && (query.cursorFn || query.describeFirst) && write(Sync)\n        errored(e)",
    `query && (query.describing ? (query.describing = false) : (query.cursorFn || query.describeFirst) && write(Sync))
        errored(e)`,
  ],
  [
    "(query.cursorFn || query.describeFirst) && write(Sync)\n      errorResponse =",
    "!query.describing && (query.cursorFn || query.describeFirst) && write(Sync)\n      errorResponse =",
  ],
  // The rest is sent only once the server is ready for it: behind an error it would run, though it was said to have failed.
  ["query.describeFirst && !query.onlyDescribe && (write(prepared(query)), query.describeFirst = false)", ""],
  [
    "function ReadyForQuery(x) {\n    if (query) {",
    `function ReadyForQuery(x) {
    if (query && query.describing) {
      query.describing = false
      if (!errorResponse) {
        write(prepared(query))
        query.describeFirst = false
        return
      }
    }
    if (query) {`,
  ],
];

/**
 * A transaction whose connection was lost goes on to send its statements, its rollback too, to that place in the pool: to
 * the next connection that is made there, outside of any transaction or in that of somebody else.
 */
const TRANSACTION: readonly Mend[] = [
  ["let savepoints = 0\n", "let savepoints = 0\n      , lost = null\n"],
  ["connection.onclose = reject)", "connection.onclose = (e) => (lost = e, reject(e)))"],
  [
    "q.catch(e => uncaughtError || (uncaughtError = e))\n",
    "q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n",
  ],
];

const MENDS: Readonly<Record<string, readonly Mend[]>> = {
  connection: [...CONNECTION, ...DESCRIPTION],
  index: TRANSACTION,
};

/** Bundles the library mended. Throws when it is another version than the one the faults were found in. */
export const mendPostgres: Plugin = {
  name: "mend-postgres",
  setup(builder) {
    for (const [name, mends] of Object.entries(MENDS)) {
      builder.onLoad({ filter: new RegExp(`[\\\\/]postgres[\\\\/]src[\\\\/]${name}\\.js$`) }, ({ path }) => {
        return {
          contents: mends.reduce((text, mend) => apply(mend, text, path), readFileSync(path, "utf8")),
          loader: "js",
        };
      });
    }
  },
};

function apply([faulty, mended]: Mend, text: string, path: string): string {
  if (!text.includes(faulty)) throw new Error(`${path} has changed: look whether it still has to be mended`);
  return text.replace(faulty, () => mended);
}

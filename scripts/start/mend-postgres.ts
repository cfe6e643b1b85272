import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/**
 * postgres.js 3.4.9 writes small messages in a `setImmediate`. When the connection was lost before, that throws where
 * nobody can catch it and ends the process; and when the loss cancels it, nothing clears what it remembers, and the
 * connection never sends again. And nobody hears when a new connection's first question, for array types, fails: that ends
 * the process, or leaves a connection that reads no arrays. All are known and open: porsager/postgres issues 1154, 1208,
 * 1192 and 1205.
 */
const MENDS: readonly (readonly [faulty: string, mended: string])[] = [
  [
    "const x = socket.write(chunk, fn)\n",
    `if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options))
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

/** Bundles the library mended. Throws when it is another version than the one the faults were found in. */
export const mendPostgres: Plugin = {
  name: "mend-postgres",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]postgres[\\/]src[\\/]connection\.js$/ }, ({ path }) => {
      let text = readFileSync(path, "utf8");
      for (const [faulty, mended] of MENDS) {
        if (!text.includes(faulty)) throw new Error(`${path} has changed: look whether it still has to be mended`);
        text = text.replace(faulty, mended);
      }
      return { contents: text, loader: "js" };
    });
  },
};

import type { Tap } from "./tap.ts";

const LENGTH_BYTES = 4;

/**
 * Reads along PostgreSQL's protocol, version 3: a statement's text comes in Parse or Query and is executed by name from
 * then on; each Sync or Query is answered by one ReadyForQuery, after its transaction has committed when it is one of its
 * own. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function createPostgresTap(nameOf: (statement: string) => string | null): Tap {
  const prepared = new Map<string, string>();
  const waiting: string[] = [];
  let cycle = "";
  const fromClient = createSplitter(true);
  const fromServer = createSplitter(false);

  const read = (type: string, body: Buffer): string | null => {
    if (type === "P") {
      const [statement = "", text = ""] = readStrings(body, 2);
      prepared.set(statement, nameOf(text) ?? "");
      return null;
    }
    if (type === "Q") return nameOf(readStrings(body, 1)[0] ?? "");
    if (type === "B") return prepared.get(readStrings(body, 2)[1] ?? "") ?? null;
    return null;
  };
  return {
    up(chunk) {
      const names: string[] = [];
      for (const { type, body } of fromClient(chunk)) {
        const name = read(type, body);
        if (name) {
          names.push(name);
          cycle = name;
        }
        if (type !== "S" && type !== "Q") continue;
        waiting.push(cycle);
        cycle = "";
      }
      return names;
    },
    down(chunk) {
      const names: string[] = [];
      for (const { type } of fromServer(chunk)) {
        if (type !== "Z") continue;
        const name = waiting.shift();
        if (name) names.push(name);
      }
      return names;
    },
  };
}

type Message = { type: string; body: Buffer };

/** Splits a stream into messages; the client's first has no type. */
function createSplitter(hasStartup: boolean): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let startup = hasStartup;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const typeBytes = startup ? 0 : 1;
      if (rest.length < typeBytes + LENGTH_BYTES) return messages;
      const end = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < end) return messages;
      const type = startup ? "" : String.fromCharCode(rest[0] ?? 0);
      messages.push({ type, body: rest.subarray(typeBytes + LENGTH_BYTES, end) });
      rest = rest.subarray(end);
      startup = false;
    }
  };
}

function readStrings(body: Buffer, count: number): string[] {
  const found: string[] = [];
  let from = 0;
  while (found.length < count) {
    const end = body.indexOf(0, from);
    if (end === -1) break;
    found.push(body.toString("utf8", from, end));
    from = end + 1;
  }
  return found;
}

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Link, openLink } from "./link.ts";
import type { Tap } from "./tap.ts";

/** Names what it sees by its text. */
const textTap = (): Tap => ({ up: (chunk) => [String(chunk)], down: (chunk) => [String(chunk)] });

/** A server that answers each message with `re: message`, and a link to it. */
async function openEcho(): Promise<{ link: Link; received: string[]; dial(): Promise<Socket> }> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      received.push(String(chunk));
      socket.write(`re: ${chunk}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const link = await openLink({ name: "echo", target: () => port, tap: textTap });
  onTestFinished(() => {
    link.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const dial = async () => {
    const socket = connect(link.port, "127.0.0.1");
    socket.on("error", () => undefined);
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  return { link, received, dial };
}

/** `once` would reject with the reset that the test is about. */
const closing = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));

const ask = async (socket: Socket, text: string) => {
  const answer = once(socket, "data");
  socket.write(text);
  return String((await answer)[0]);
};

describe("openLink", () => {
  it("passes on both ways, late when told so", async () => {
    const { link, dial } = await openEcho();
    const socket = await dial();
    expect(await ask(socket, "one")).toBe("re: one");
    link.setDelay("down", 30);
    expect(await ask(socket, "two")).toBe("re: two");
  });

  it("cuts what is open and refuses what comes", async () => {
    const { link, dial } = await openEcho();
    const socket = await dial();
    await ask(socket, "one");
    const closed = closing(socket);
    link.setMode({ kind: "cut" });
    await closed;
    const late = connect(link.port, "127.0.0.1");
    late.on("error", () => undefined);
    await closing(late);
    link.heal();
    expect(await ask(await dial(), "again")).toBe("re: again");
  });

  it("swallows one direction until it heals, and what was swallowed is lost with its connection", async () => {
    const { link, received, dial } = await openEcho();
    const socket = await dial();
    await ask(socket, "one");
    const seen = Promise.withResolvers<void>();
    link.setTrigger((name, instant) => {
      if (name === "two" && instant === "before") seen.resolve();
      return "pass";
    });
    link.setMode({ kind: "half", directions: ["up"] });
    const closed = closing(socket);
    socket.write("two");
    await seen.promise;
    link.heal();
    await closed;
    expect(await ask(await dial(), "three")).toBe("re: three");
    expect(received).toEqual(["one", "three"]);
  });

  it.each([
    ["before", ["deed: go"], []],
    ["answered", ["deed: re: go"], ["go"]],
  ] as const)("strikes %s a named message is passed on", async (instant, deeds, expected) => {
    const { link, received, dial } = await openEcho();
    const done: string[] = [];
    link.setTrigger((name, at) => {
      if (at !== instant) return "pass";
      done.push(`deed: ${name}`);
      return "drop";
    });
    const socket = await dial();
    const closed = closing(socket);
    socket.write("go");
    await closed;
    expect(done).toEqual(deeds);
    expect(received).toEqual(expected);
  });

  it("delivers what it holds up late, in order, and though its sender has gone", async () => {
    const { link, received, dial } = await openEcho();
    const seen = Promise.withResolvers<void>();
    link.setTrigger((name, at) => {
      if (name !== "late" || at !== "before") return "pass";
      seen.resolve();
      return { holdMs: 200 };
    });
    const socket = await dial();
    socket.write("late");
    await seen.promise;
    expect(link.held()).toBe(1);
    socket.write("r");
    socket.end();
    expect(await ask(await dial(), "other")).toBe("re: other");
    expect(received).toEqual(["other"]);
    await expect.poll(() => received.join()).toMatch(/^other,later$|^other,late,r$/);
    expect(link.held()).toBe(0);
  });
});

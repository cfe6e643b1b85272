import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Handler } from "./http-messages.ts";

export type ClosableServer = {
  server: Server;
  /** Ends when the server is told to close: streams are to end then. */
  closing: AbortSignal;
  /** Takes no new connection, lets what is under way finish, and is over within `withinMs`. */
  close(withinMs: number): Promise<void>;
};

/** How long a stream may take to say goodbye before its connection is cut. */
const STREAM_GOODBYE_MS = 250;
const IDLE_CHECK_MS = 50;

/** An HTTP server that ends although browsers keep streams and connections open. */
export function createClosableServer(handle: Handler): ClosableServer {
  const closing = new AbortController();
  const open = new Set<ServerResponse>();
  const upgraded = new Set<Duplex>();

  const server = createServer((request, response) => {
    if (closing.signal.aborted) {
      // A stream that is opened again now would be cut again: a broken connection makes the client try later.
      if (asksForStream(request)) return void request.socket.destroy();
      response.setHeader("connection", "close");
    }
    open.add(response);
    response.once("close", () => open.delete(response));
    void handle(request, response);
  });

  // Node forgets a connection that changed its protocol, but waits for its end.
  server.on("upgrade", (_request, socket) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
  });

  async function close(withinMs: number): Promise<void> {
    closing.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of upgraded) socket.destroy();
    for (const response of open) if (!response.headersSent) response.setHeader("connection", "close");
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const streams = setTimeout(() => {
      for (const response of open) if (isStream(response)) response.destroy();
    }, STREAM_GOODBYE_MS);
    const ended = await Promise.race([closed.then(() => true), delay(withinMs, false, { ref: false })]);
    clearInterval(idle);
    clearTimeout(streams);
    if (!ended) server.closeAllConnections();
    await closed;
  }

  return { server, closing: closing.signal, close };
}

function asksForStream(request: IncomingMessage): boolean {
  return request.headers.accept?.includes("text/event-stream") === true;
}

/** Whether an answer is a live stream. */
export function isStream(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}

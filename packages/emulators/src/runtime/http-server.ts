import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { CONTROL_PREFIX, type ControlTargets, handleControl } from "./control-api.ts";
import type { FaultRule } from "./faults.ts";
import { type EmulatorRequest, type EmulatorResponse, readRequest, writeResponse } from "./http-message.ts";

/** One request of the emulated API; `path` includes the query, `status` is null until (or unless) answered. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** The parsed JSON body, else its text. */
  readonly body: unknown;
  readonly contentType: string | null;
  readonly at: number;
  status: number | null;
}

export interface EmulatorServerOptions<T extends { [K in keyof T]: string | number | boolean | null }>
  extends Omit<ControlTargets<T>, "requests" | "goOffline"> {
  /** Names the request for faults and for the log. */
  readonly identify: (request: EmulatorRequest) => { operation: string; name: string | null };
  /** Does the work. Must not write to the response itself, except through a stream. */
  readonly handle: (request: EmulatorRequest) => EmulatorResponse | Promise<EmulatorResponse>;
  /** Milliseconds before each request is handled, read anew for each. */
  readonly latencyMs?: () => number;
  readonly clock?: () => number;
}

export interface EmulatorServer {
  /** Starts to listen and resolves with the URL, without a trailing slash. */
  listen(address?: { port?: number; host?: string }): Promise<string>;
  /** Requests of the emulated API, oldest first; control requests are not among them. */
  requests(): readonly RequestLogEntry[];
  clearRequests(): void;
  /** Refuses connections and cuts the open ones, as a host that is down; listens again after `ms`. */
  goOffline(ms: number): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes the HTTP server of an emulator: request log, control endpoints, faults, then the emulated API. */
export function createEmulatorServer<T extends { [K in keyof T]: string | number | boolean | null }>(
  options: EmulatorServerOptions<T>,
): EmulatorServer {
  const log: RequestLogEntry[] = [];
  const clock = options.clock ?? Date.now;
  let address: { port: number; host: string } | null = null;
  let comeBack: NodeJS.Timeout | null = null;

  const server = createServer((message, response) => {
    void readRequest(message)
      .then((request) => answer(request, response))
      .catch((error: unknown) => {
        if (!response.headersSent) writeResponse(response, { status: 500, body: `emulator failed: ${String(error)}` });
        else response.destroy();
      });
  });
  // A client that keeps a connection must not meet a reset just because it was idle for Node's default 5 s.
  server.keepAliveTimeout = 65_000;

  const listenOn = (port: number, host: string): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      // In a moment: the answer to whoever asked for it over HTTP is still to be written.
      setImmediate(() => server.closeAllConnections());
    });
  const goOffline = async (ms: number): Promise<void> => {
    await stopListening();
    const back = address;
    if (back === null) return;
    comeBack = setTimeout(() => void listenOn(back.port, back.host), ms);
  };

  const answer = async (request: EmulatorRequest, response: ServerResponse): Promise<void> => {
    if (request.path.startsWith(CONTROL_PREFIX)) {
      const targets = { ...options, requests: () => log, goOffline: (ms: number) => void goOffline(ms) };
      writeResponse(response, await handleControl(request, targets));
      return;
    }
    const target = options.identify(request);
    const entry = logRequest(log, request, target.operation, clock());
    response.once("finish", () => {
      entry.status = response.statusCode;
    });
    const latencyMs = options.latencyMs?.() ?? 0;
    if (latencyMs > 0) await delay(latencyMs);
    const fault = options.faults.take(target);
    if (fault === null) writeResponse(response, await options.handle(request));
    else await showFault(fault, request, response);
  };

  const showFault = async (fault: FaultRule, request: EmulatorRequest, response: ServerResponse): Promise<void> => {
    if (fault.delayMs !== undefined) await delay(fault.delayMs);
    const [kind, when] = fault.fault.split("-");
    if (when === "after") await options.handle(request);
    if (kind === "status") {
      writeResponse(response, { status: fault.status ?? 500, headers: fault.headers ?? {}, body: fault.body });
      return;
    }
    if (kind === "delay") {
      writeResponse(response, await options.handle(request));
      return;
    }
    // A time-out keeps the connection open without a word until the client gives up or the server closes.
    if (kind === "reset") response.socket?.resetAndDestroy();
  };

  const close = async (): Promise<void> => {
    if (comeBack !== null) clearTimeout(comeBack);
    address = null;
    if (server.listening) await stopListening();
  };
  return {
    listen: async ({ port = 0, host = "127.0.0.1" } = {}) => {
      await listenOn(port, host);
      const bound = server.address() as AddressInfo;
      address = { port: bound.port, host };
      return `http://${host}:${bound.port}`;
    },
    requests: () => log,
    clearRequests: () => {
      log.length = 0;
    },
    goOffline,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function logRequest(log: RequestLogEntry[], request: EmulatorRequest, operation: string, at: number): RequestLogEntry {
  const query = request.query.toString();
  const entry: RequestLogEntry = {
    method: request.method,
    path: query === "" ? request.path : `${request.path}?${query}`,
    operation,
    body: parseOrText(request.text),
    contentType: request.headers["content-type"] ?? null,
    at,
    status: null,
  };
  log.push(entry);
  return entry;
}

function parseOrText(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Launch } from "../../platform-service.ts";
import type { CoolifySettings } from "../coolify-settings.ts";

/** One call as it came over the wire; `path` is without `/api/v1` and its query. */
export type WireCall = { method: string; path: string; query: URLSearchParams; body: unknown };

/** An answer: a status and JSON, raw text, a cut connection, or silence. */
export type WireAnswer =
  | { status?: number; json: unknown; headers?: Record<string, string> }
  | { status?: number; text: string }
  | { reset: true }
  | { silent: true };

/** Answers by `METHOD /path`, where `*` stands for one segment; a list answers in turn, its last item for ever. */
export type WireScript = Record<string, WireAnswer | WireAnswer[] | ((call: WireCall) => WireAnswer)>;

export type CoolifyWire = {
  url: string;
  calls: WireCall[];
  callsOf(route: string): WireCall[];
  close(): Promise<void>;
};

/** A server that answers what a test scripts, and 404 with a message to all else. */
export async function openCoolifyWire(script: WireScript): Promise<CoolifyWire> {
  const calls: WireCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://localhost");
    const text = Buffer.concat(chunks).toString();
    const path = url.pathname.replace(/^\/api\/v1/, "");
    const call = { method: request.method ?? "", path, query: url.searchParams, body: text ? JSON.parse(text) : null };
    calls.push(call);
    reply(response, answerFor(script, call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    callsOf: (route) => calls.filter((call) => matches(route, call)),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answerFor(script: WireScript, call: WireCall): WireAnswer {
  const scripted = Object.entries(script).find(([route]) => matches(route, call))?.[1];
  if (scripted === undefined) return { status: 404, json: { message: "Not found." } };
  if (typeof scripted === "function") return scripted(call);
  if (!Array.isArray(scripted)) return scripted;
  return (scripted.length > 1 ? scripted.shift() : scripted[0]) as WireAnswer;
}

function matches(route: string, call: WireCall): boolean {
  const [method, pattern = ""] = route.split(" ");
  const path = new RegExp(`^${pattern.replaceAll("*", "[^/]+")}$`);
  return method === call.method && path.test(call.path);
}

function reply(response: ServerResponse, answer: WireAnswer): void {
  if ("silent" in answer) return;
  if ("reset" in answer) {
    response.destroy();
    return;
  }
  const isText = "text" in answer;
  response.writeHead(answer.status ?? 200, {
    "content-type": isText ? "text/html" : "application/json",
    ...("headers" in answer ? answer.headers : {}),
  });
  response.end(isText ? answer.text : JSON.stringify(answer.json));
}

export function coolifySettings(overrides: Partial<CoolifySettings> = {}): CoolifySettings {
  const image = { name: "registry.example/bot", tag: "1.4.2" };
  return {
    installationId: "abc234",
    apiUrl: "http://127.0.0.1:9",
    apiToken: "1|secret",
    projectUuid: "project-1",
    serverUuid: "server-1",
    destinationUuid: "destination-1",
    environmentName: "production",
    environmentUuid: "environment-1",
    images: { zoom: image, "google-meet": { ...image, tag: "meet" }, "microsoft-teams": image },
    limitsCpus: "1",
    limitsMemory: "2g",
    customDockerOptions: "--init --shm-size=512m --cap-drop=ALL",
    stopGraceSeconds: 120,
    requestsPerMinute: 10_000,
    statusSettleMs: 150_000,
    deploymentStuckMs: 540_000,
    stopLookMs: 0,
    timeouts: { requestMs: 1_000, callMs: 3_000 },
    ...overrides,
  };
}

export function launchOf(overrides: Partial<Launch> = {}): Launch {
  return {
    launchKey: "bot-abc234-42-a1",
    installationId: "abc234",
    botId: 42,
    attempt: 1,
    meetingPlatform: "zoom",
    miloUrl: "https://milo.example",
    maxDurationSeconds: 14_400,
    ...overrides,
  };
}

/** An application of `launchOf()` as Coolify lists it. */
export function applicationOf(overrides: Record<string, unknown> = {}) {
  return {
    uuid: "app-1",
    name: "bot-abc234-42-a1",
    description: "milo installation=abc234 bot=42 attempt=1 meeting=zoom max-seconds=14400",
    status: "exited:unhealthy",
    server_status: true,
    created_at: "2026-01-01T00:00:00.000000Z",
    last_online_at: "2026-01-01T00:00:00.000000Z",
    ...overrides,
  };
}

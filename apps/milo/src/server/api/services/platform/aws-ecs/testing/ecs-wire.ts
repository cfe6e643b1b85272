import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Launch } from "../../platform-service.ts";
import type { EcsSettings } from "../ecs-settings.ts";

/** One call as it came over the wire. */
export type WireCall = { action: string; body: Record<string, unknown> };

/** An answer: a status and JSON, raw HTML, a cut connection, or silence. */
export type WireAnswer =
  | { status?: number; json: unknown }
  | { status: number; html: string }
  | { reset: true }
  | { silent: true };

export type EcsWire = {
  url: string;
  calls: WireCall[];
  /** Calls of one action, in order. */
  callsOf(action: string): WireCall[];
  close(): Promise<void>;
};

/** A server that speaks just enough of AWS JSON 1.1 to script what ECS answers. */
export async function openEcsWire(answer: (call: WireCall) => WireAnswer): Promise<EcsWire> {
  const calls: WireCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const call = { action, body: JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown> };
    calls.push(call);
    reply(response, answer(call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    callsOf: (action) => calls.filter((call) => call.action === action),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function reply(response: ServerResponse, answer: WireAnswer): void {
  if ("silent" in answer) return;
  if ("reset" in answer) {
    response.destroy();
    return;
  }
  const body = "html" in answer ? answer.html : JSON.stringify(answer.json);
  response.writeHead(answer.status ?? 200, { "content-type": "application/x-amz-json-1.1" });
  response.end(body);
}

/** An error as ECS words it. */
export function wireError(name: string, message: string, status = 400, extra: object = {}): WireAnswer {
  return { status, json: { __type: name, message, ...extra } };
}

export function ecsSettings(overrides: Partial<EcsSettings> = {}): EcsSettings {
  const bot = { taskDefinition: "bot:7", containerName: "bot" };
  return {
    installationId: "abc234",
    region: "eu-central-1",
    endpoint: "http://127.0.0.1:9",
    cluster: "bots",
    taskDefinitions: { zoom: bot, "google-meet": bot, "microsoft-teams": bot },
    subnets: ["subnet-1", "subnet-2"],
    securityGroups: ["sg-1"],
    assignPublicIp: false,
    useSpot: false,
    platformVersion: "1.4.0",
    tags: {},
    timeouts: { connectMs: 500, requestMs: 1_000, callMs: 4_000 },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
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

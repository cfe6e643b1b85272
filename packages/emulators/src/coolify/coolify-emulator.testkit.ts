import { vi } from "vitest";
import {
  type CoolifyEmulator,
  type CoolifyEmulatorOptions,
  createCoolifyEmulator,
  DEFAULT_PLACEMENT,
} from "./coolify-emulator.ts";

const NODE = process.execPath;

/** Commands the tests run as containers. */
export const TEST_IMAGES: Record<string, string[]> = {
  "test/sleeper": [NODE, "-e", "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));"],
  "test/exit-0": [NODE, "-e", ""],
  "test/print-env": [NODE, "-e", "console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000);"],
};

export async function startTestCoolify(options: Partial<CoolifyEmulatorOptions> = {}): Promise<CoolifyEmulator> {
  return createCoolifyEmulator({ images: TEST_IMAGES, ...options });
}

export function makeCreateBody(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    project_uuid: DEFAULT_PLACEMENT.projectUuid,
    server_uuid: DEFAULT_PLACEMENT.serverUuid,
    environment_name: DEFAULT_PLACEMENT.environmentName,
    environment_uuid: DEFAULT_PLACEMENT.environmentUuid,
    name: "bot-t-1-a1",
    docker_registry_image_name: "test/sleeper",
    docker_registry_image_tag: "1",
    ports_exposes: "3000",
    instant_deploy: false,
    ...fields,
  };
}

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** Sends one request as a client would; a body makes it JSON. */
export async function send(
  coolify: CoolifyEmulator,
  method: string,
  path: string,
  options: { body?: unknown; token?: string | null } = {},
): Promise<Answer> {
  const token = options.token === undefined ? "1|emulator-token" : options.token;
  const response = await fetch(`${coolify.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const body = (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

export async function createApplication(
  coolify: CoolifyEmulator,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await send(coolify, "POST", "/applications/dockerimage", { body: makeCreateBody(fields) });
  if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
  return String(body.uuid);
}

/** Deploys and returns the uuid of the deployment. */
export async function deploy(coolify: CoolifyEmulator, uuid: string): Promise<string> {
  const { status, body } = await send(coolify, "POST", `/deploy?uuid=${uuid}`);
  if (status !== 200) throw new Error(`deploy answered ${status}: ${JSON.stringify(body)}`);
  return String((body.deployments as { deployment_uuid: string }[])[0]?.deployment_uuid);
}

/** Waits until a deployment or an application shows the status. */
export async function waitForStatus(coolify: CoolifyEmulator, path: string, status: string): Promise<Answer> {
  return vi.waitFor(
    async () => {
      const answer = await send(coolify, "GET", path);
      if (answer.body.status !== status) throw new Error(`${path} is ${String(answer.body.status)}, not ${status}`);
      return answer;
    },
    { timeout: 8_000, interval: 10 },
  );
}

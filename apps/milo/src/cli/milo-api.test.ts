import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CliError } from "./exit-codes.ts";
import { createMiloApi } from "./milo-api.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
const trpcError = (code: string, message: string) => ({ error: { json: { message, data: { code } } } });

async function failure(url: string, token?: string): Promise<CliError> {
  const error: unknown = await createMiloApi(url, token)
    .query("infrastructure.getQueueStats")
    .catch((thrown: unknown) => thrown);
  return error instanceof CliError ? error : expect.fail(String(error));
}

describe("a call of milo's API", () => {
  it("sends the token and the input, and brings times back as times", async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization);
      const data = {
        json: [{ id: 7, queuedAt: "2026-01-02T03:04:05.000Z" }],
        meta: { values: { "0.queuedAt": ["Date"] } },
      };
      response.end(JSON.stringify({ result: { data } }));
    });
    const bots = await createMiloApi(url, "a-token-of-16-chars").query("infrastructure.getQueuedBots", { limit: 5 });
    expect(bots[0]?.queuedAt).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(decodeURIComponent(seen[0] ?? "")).toBe('/api/trpc/infrastructure.getQueuedBots?input={"json":{"limit":5}}');
    expect(seen[1]).toBe("Bearer a-token-of-16-chars");
  });

  it.each([
    ["a refusal", 404, trpcError("NOT_FOUND", "There is no bot 9"), 4, /There is no bot 9/],
    ["a database that is away", 503, trpcError("SERVICE_UNAVAILABLE", "try again"), 3, /try again/],
    ["a fault of milo's", 500, trpcError("INTERNAL_SERVER_ERROR", "its log says what"), 1, /its log says what/],
    ["a proxy's page", 502, "<html>Bad Gateway</html>", 3, /HTTP 502/],
    ["something that is not milo", 200, "hello", 3, /not in milo's words/],
    ["a redirect", 302, "", 3, /HTTP 302/],
  ] as const)("ends with its own exit code and a sentence at %s", async (_what, status, body, exitCode, words) => {
    const error = await failure(await serve(answer(status, body)));
    expect([error.exitCode, error.message]).toEqual([exitCode, expect.stringMatching(words)]);
  });

  it("says which token is missing or wrong, and never what it is", async () => {
    const url = await serve(answer(401, { error: "Sign in." }));
    expect((await failure(url)).message).toMatch(/Set MILO_ACCESS_TOKEN/);
    const wrong = await failure(url, "secret-token-secret");
    expect([wrong.exitCode, wrong.message]).toEqual([4, expect.stringMatching(/MILO_ACCESS_TOKEN is not the token/)]);
    expect(wrong.message).not.toContain("secret-token");
  });

  it("says where milo was looked for when nothing answers there", async () => {
    const url = await serve(answer(200, ""));
    await new Promise((closed) => server?.close(closed));
    const error = await failure(url);
    expect([error.exitCode, error.message]).toEqual([3, expect.stringMatching(/ECONNREFUSED.*--url/)]);
    expect(error.message).toContain(url);
  });
});

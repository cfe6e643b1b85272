import { initTRPC, TRPCError } from "@trpc/server";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createApiHandler } from "./api-handler.ts";
import { startTestWeb } from "./testing/test-web.ts";

const t = initTRPC.context<{ closing: AbortSignal }>().create();
const router = t.router({
  /** Ends with an error when the server closes, as a stream that is to be opened again must. */
  polite: t.procedure.subscription(async function* ({ ctx }) {
    yield "first";
    await new Promise((resolve) => ctx.closing.addEventListener("abort", resolve, { once: true }));
    throw new TRPCError({ code: "SERVICE_UNAVAILABLE" });
  }),
  /** Never ends by itself. */
  stubborn: t.procedure.subscription(async function* () {
    yield "first";
    await new Promise(() => undefined);
  }),
});

async function openStream(path: string) {
  const web = await startTestWeb({
    routes: (closing) => ({
      api: createApiHandler({ router, context: { closing }, log: pino({ level: "silent" }) }),
    }),
  });
  const response = await fetch(`${web.url}/api/trpc/${path}`, { headers: { accept: "text/event-stream" } });
  const reader = (response.body ?? expect.fail("no stream")).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (wanted: string | null) => {
    for (;;) {
      if (wanted !== null && text.includes(wanted)) return text;
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
    }
  };
  await readUntil("first");
  return { web, rest: readUntil(null) };
}

describe("closing the web server", () => {
  it("ends an open stream with SERVICE_UNAVAILABLE, so that its client comes back", async () => {
    const { web, rest } = await openStream("polite");
    await web.close(4_000);
    const text = await rest.catch(() => expect.fail("cut before its last word"));
    expect(text).toContain("SERVICE_UNAVAILABLE");
    expect(text).not.toContain("event: return");
  });

  it("is over long before 5 s although a stream never ends by itself", async () => {
    const { web, rest } = await openStream("stubborn");
    const cut = rest.then(
      () => "ended",
      () => "cut",
    );
    const startedMs = performance.now();
    await web.close(4_000);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(await cut).toBe("cut");
  });

  it("lets a request that is under way finish, and takes no new one", async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const web = await startTestWeb({
      routes: () => ({
        pages: async (_request, response) => {
          begun.resolve();
          await finish.promise;
          response.end("done");
        },
      }),
    });
    const answer = web.call("/");
    await begun.promise;
    const closed = web.close(4_000);
    await expect(web.call("/")).rejects.toThrow();
    finish.resolve();
    expect(await answer).toMatchObject({ status: 200, body: "done" });
    await closed;
  });
});

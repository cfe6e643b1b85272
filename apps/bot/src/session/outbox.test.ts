import type { BotEvent } from "@milo/bot-contract";
import { describe, expect, it } from "vitest";
import { createMiloClient } from "../milo-client.ts";
import { createFakeMilo, DOWN, ENVIRONMENT } from "../testing/fake-milo.ts";
import { createOutbox } from "./outbox.ts";

const makeEvent = (id: string): BotEvent => ({ id, at: "2026-01-01T00:00:00Z", code: "NOTE" });

function createTestOutbox() {
  const milo = createFakeMilo();
  const outbox = createOutbox(createMiloClient(ENVIRONMENT, "boot-1234", milo.effects), milo.effects, () => undefined);
  const sentIds = () => milo.calls.map((call) => call.events.map((event) => event.id).join());
  return { milo, outbox, sentIds };
}

describe("the outbox", () => {
  it("sends again what was not answered, before anything newer", async () => {
    const { milo, outbox, sentIds } = createTestOutbox();
    const { events } = milo.answers;
    milo.answers.events = () => DOWN;
    void outbox.send(makeEvent("a"));
    await milo.clock.advance(0);
    void outbox.send(makeEvent("b"));
    milo.answers.events = events;
    await milo.clock.advance(1_000);
    expect(sentIds()).toEqual(["a", "a,b"]);
  });

  it("keeps to the contract's hundred events a request", async () => {
    const { milo, outbox } = createTestOutbox();
    for (let n = 0; n < 150; n += 1) void outbox.send(makeEvent(`e${n}`));
    await milo.clock.advance(0);
    expect(milo.calls.map((call) => call.events.length)).toEqual([100, 50]);
  });

  it("drops an event that milo will never take, and only that one", async () => {
    const { milo, outbox } = createTestOutbox();
    const { events } = milo.answers;
    milo.answers.events = (call) =>
      call.events.some((event) => event.id === "bad") ? { status: 400, body: {} } : events(call);
    const deliveries = Promise.all(["a", "bad", "b"].map((id) => outbox.send(makeEvent(id))));
    await milo.clock.advance(0);
    expect((await deliveries).map((delivery) => delivery?.accepted ?? "dropped")).toEqual([true, "dropped", true]);
  });

  it("keeps events through a time in which its token is unknown", async () => {
    const { milo, outbox, sentIds } = createTestOutbox();
    const { events } = milo.answers;
    milo.answers.events = () => ({ status: 401, body: {} });
    const delivered = outbox.send(makeEvent("a"));
    await milo.clock.advance(60_000);
    milo.answers.events = events;
    await milo.clock.advance(10_000);
    expect(await delivered).toMatchObject({ accepted: true });
    expect(sentIds().length).toBeGreaterThan(5);
  });
});

import { describe, expect, it } from "vitest";
import { EMPTY_ORDER, nameOrder, type OrderForm, readOrder } from "./bot-order.ts";

const read = (form: Partial<OrderForm>, isMany = false) => readOrder({ ...EMPTY_ORDER, ...form }, isMany);
const ZOOM = "https://acme.zoom.us/j/123?pwd=abc";
const MEET = "https://meet.google.com/abc-defg-hij";

describe("one bot", () => {
  it("asks for what was filled in and leaves the rest to the server", () => {
    expect(read({ meetings: ` ${ZOOM} ` })).toEqual({
      ok: true,
      bots: [{ meetingUrl: ZOOM, meetingPlatform: "zoom" }],
    });
  });

  it("asks in milliseconds for what was typed in minutes", () => {
    const form = { meetings: MEET, name: " Käse ", priority: "−5", queueTimeout: "0.5", maxDuration: "90" } as const;
    expect(read({ ...form, platforms: ["aws"] })).toEqual({
      ok: true,
      bots: [
        {
          ...{ meetingUrl: MEET, meetingPlatform: "google-meet", name: "Käse", priority: -5 },
          ...{ queueTimeoutMs: 30_000, maxDurationMs: 5_400_000, platforms: ["aws"] },
        },
      ],
    });
  });

  it("takes an address without its scheme, as the dashboard does", () => {
    const order = read({ meetings: "acme.zoom.us/j/123" });
    expect(order).toMatchObject({ ok: true, bots: [{ meetingUrl: "https://acme.zoom.us/j/123" }] });
  });

  it("says of each field what is wrong with it", () => {
    const form = { name: "x".repeat(256), priority: "1.5", queueTimeout: "-1", maxDuration: "soon", platforms: [] };
    const order = read({ meetings: "nope", ...form });
    expect(order).toMatchObject({ ok: false, wrong: { meetings: expect.stringMatching(/not a whole address/) } });
    expect(order.ok ? [] : Object.keys(order.wrong).toSorted()).toEqual(
      ["maxDuration", "meetings", "name", "platforms", "priority", "queueTimeout"].toSorted(),
    );
  });

  it("asks where the meeting is held when its address does not say", () => {
    const url = "https://meet.example/room";
    expect(read({ meetings: url })).toMatchObject({
      ok: false,
      wrong: { meetingPlatform: expect.stringMatching(/Choose it here/) },
    });
    expect(read({ meetings: url, meetingPlatform: "zoom" })).toMatchObject({
      ok: true,
      bots: [{ meetingPlatform: "zoom" }],
    });
  });
});

describe("many bots", () => {
  it("takes an address a line, guesses each, and passes over empty lines", () => {
    const order = read({ meetings: `${ZOOM}\n\n  ${MEET}\r\n`, name: "Weekly" }, true);
    expect(order).toEqual({
      ok: true,
      bots: [
        { meetingUrl: ZOOM, meetingPlatform: "zoom", name: "Weekly" },
        { meetingUrl: MEET, meetingPlatform: "google-meet", name: "Weekly" },
      ],
    });
  });

  it("names the lines that are wrong", () => {
    const order = read({ meetings: `${ZOOM}\nnope\nhttps://a b\n\nftp://x\nwww` }, true);
    expect(order).toMatchObject({
      ok: false,
      wrong: { meetings: expect.stringMatching(/^Lines 2, 3, 5 and 1 more: /) },
    });
    expect(read({ meetings: `${ZOOM}\nhttps://x.example/1` }, true)).toMatchObject({
      ok: false,
      wrong: { meetingPlatform: expect.stringMatching(/^Line 2: /) },
    });
  });

  it("refuses none, and more than a hundred", () => {
    expect(read({ meetings: " \n" }, true)).toMatchObject({
      ok: false,
      wrong: { meetings: expect.stringMatching(/one a line/) },
    });
    const many = Array.from({ length: 101 }, (_, i) => `https://zoom.us/j/${i}`).join("\n");
    expect(read({ meetings: many }, true)).toMatchObject({
      ok: false,
      wrong: { meetings: expect.stringMatching(/At most 100/) },
    });
  });

  it("counts on its button how many will be sent", () => {
    expect(nameOrder({ ...EMPTY_ORDER, meetings: `${ZOOM}\n${MEET}` }, true)).toBe("Send 2 bots");
    expect(nameOrder({ ...EMPTY_ORDER, meetings: ZOOM }, true)).toBe("Send bot");
  });
});

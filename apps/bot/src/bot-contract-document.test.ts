import { readFileSync } from "node:fs";
import {
  BOT_API,
  botEnvironmentSchema,
  claimReplySchema,
  claimRequestSchema,
  eventsReplySchema,
  eventsRequestSchema,
  FINAL_REPORT_PATIENCE_MS,
  HEARTBEAT_INTERVAL_MS,
  HEARTBEAT_JITTER,
  heartbeatReplySchema,
  heartbeatRequestSchema,
  REPORTED_STATUSES,
} from "@milo/bot-contract";
import { describe, expect, it } from "vitest";
import { SCRIPT_POINTS } from "./drivers/simulated-script.ts";
import { EXIT_CODES } from "./exit-codes.ts";

const text = readFileSync(new URL("../../../docs/bot-contract.md", import.meta.url), "utf8");
const SCHEMAS: Readonly<Record<string, { parse(value: unknown): unknown }>> = {
  "claim-request": claimRequestSchema,
  "claim-reply": claimReplySchema,
  "heartbeat-request": heartbeatRequestSchema,
  "heartbeat-reply": heartbeatReplySchema,
  "events-request": eventsRequestSchema,
  "events-reply": eventsReplySchema,
};
const BY_PATH: Readonly<Record<string, string>> = {
  [BOT_API.claim]: "claim-request",
  [BOT_API.heartbeat]: "heartbeat-request",
  [BOT_API.events]: "events-request",
};

/** Blocks open with ```json and the names of the schemas they are examples of. */
const examples = [...text.matchAll(/^```json ?(.*)\n([^`]*)^```$/gm)].flatMap(([, names = "", body = ""]) =>
  names.split(" ").map((name) => ({ name, body })),
);
const curls = [...text.matchAll(/"\$MILO_URL([^"]+)"[^`]*?-d '([^']+)'/g)].map(([, path = "", body = ""]) => ({
  name: BY_PATH[path] ?? path,
  body,
}));

describe("docs/bot-contract.md", () => {
  it("has an example of every body and a curl call of every path", () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(Object.keys(SCHEMAS)));
    expect(curls.map(({ name }) => name)).toEqual(Object.values(BY_PATH));
  });

  it.each([...examples, ...curls])("shows a $name that the schema takes and knows in full", ({ name, body }) => {
    const example = JSON.parse(body);
    expect(SCHEMAS[name]?.parse(example)).toEqual(example);
  });

  it("names every variable, status, exit code and point", () => {
    const words = [...Object.keys(botEnvironmentSchema.shape), ...REPORTED_STATUSES, ...SCRIPT_POINTS];
    for (const word of words) expect(text).toContain(`\`${word}\``);
    for (const code of Object.values(EXIT_CODES)) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });

  it("states the contract's times", () => {
    expect(text).toContain(`every ${HEARTBEAT_INTERVAL_MS / 1000} s ± ${HEARTBEAT_JITTER * 100} %`);
    expect(text).toContain(`at most ${FINAL_REPORT_PATIENCE_MS / 60_000} minutes`);
  });
});

import type { BotEvent, ReportedStatus } from "@milo/bot-contract";
import type { Effects } from "../effects/effects.ts";

/** The contract's bound on a message. */
const MESSAGE_LIMIT = 1_000;
const CODE_PATTERN = /^[A-Z][A-Z0-9_]{0,63}$/;

export type EventDraft = { status?: ReportedStatus; code: string; message?: string };

/** Makes events that milo will take, whatever a driver says: a bad code becomes `UNNAMED`, a long message is cut. */
export function createEventMaker(effects: Pick<Effects, "clock" | "newId">, meetingUrl: string) {
  return (draft: EventDraft): BotEvent => ({
    id: effects.newId(),
    at: effects.clock.now().toISOString(),
    ...(draft.status && { status: draft.status }),
    code: CODE_PATTERN.test(draft.code) ? draft.code : "UNNAMED",
    ...(draft.message && { message: withoutSecrets(draft.message, meetingUrl).slice(0, MESSAGE_LIMIT) }),
  });
}

/** Errors of meeting clients like to quote the address, whose query string holds the meeting's password. */
function withoutSecrets(text: string, meetingUrl: string): string {
  const query = new URL(meetingUrl).search;
  return query.length > 1 ? text.replaceAll(query, "?…") : text;
}

import { FINAL_REPORT_PATIENCE_MS } from "@milo/bot-contract";
import type { MeetingEnd } from "../drivers/meeting-driver.ts";
import type { Effects } from "../effects/effects.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { EventDraft } from "./events.ts";
import type { Delivery } from "./outbox.ts";

/** Hands an event to the outbox; resolves with milo's answer, however long that takes. */
export type Send = (draft: EventDraft) => Promise<Delivery>;

/** Exit codes of the two results that are reported FATAL. */
const FATAL_EXIT_CODES = { refused: EXIT_CODES.meetingRefused, failed: EXIT_CODES.meetingFailed } as const;

/**
 * Reports how it ended until milo has answered, for at most FINAL_REPORT_PATIENCE_MS: a process that exits unheard
 * leaves its bot to be found dead. An answer that the attempt is over is an answer too.
 *
 * @returns the exit code
 */
export async function reportEnd(end: MeetingEnd, { clock, log }: Effects, send: Send): Promise<number> {
  const { code, message } = end;
  const isDone = end.result === "ended";
  if (isDone) void send({ status: "CALL_ENDED", code, message });
  const sent = send(isDone ? { status: "DONE", code: "COMPLETED" } : { status: "FATAL", code, message });
  const answered = new AbortController();
  const patience = clock.sleep(FINAL_REPORT_PATIENCE_MS, answered.signal).then(() => null);
  const delivery = await Promise.race([sent, patience]);
  answered.abort();
  if (delivery === null) {
    log("error", "milo did not take the final report");
    return EXIT_CODES.reportUndelivered;
  }
  return end.exitCode ?? (end.result === "ended" ? EXIT_CODES.done : FATAL_EXIT_CODES[end.result]);
}

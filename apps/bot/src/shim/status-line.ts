import type { MeetingReport } from "../drivers/meeting-driver.ts";

const LINE = /^(IN_WAITING_ROOM|IN_CALL|-)(?:\s+([A-Z][A-Z0-9_]{0,63}))?(?:\s+(.*\S))?\s*$/;

/**
 * Reads one line of fd 3: `<IN_WAITING_ROOM | IN_CALL | -> [CODE] [message]`; `-` is an event without a status and
 * needs a code. A missing code is `REPORTED`.
 *
 * @returns null when the line is malformed
 */
export function readStatusLine(line: string): MeetingReport | null {
  const [, status, code, message] = LINE.exec(line) ?? [];
  if (status === "IN_WAITING_ROOM" || status === "IN_CALL") return { status, code: code ?? "REPORTED", message };
  return status === "-" && code ? { code, message } : null;
}

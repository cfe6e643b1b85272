/** Structured log: one JSON object per line. Callers never pass tokens or a meeting's full address. */
export type Log = (level: "info" | "warn" | "error", message: string, fields?: LogFields) => void;
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * @param write where the lines go, e.g. `process.stdout`
 * @param fixed fields of every line, e.g. the launch key
 */
export function createLog(write: (line: string) => void, fixed: LogFields = {}): Log {
  return (level, message, fields) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fixed, ...fields })}\n`);
  };
}

/** The part of a meeting's address that may be printed: paths and query strings can hold passwords. */
export function printableMeeting(meetingUrl: string): string {
  return new URL(meetingUrl).host;
}

/** Members of every line that say nothing to a person who reads along. */
const LEFT_OUT = new Set(["level", "time", "pid", "name", "msg", "err", "configuration", "v"]);
const LEVELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

type LogRecord = { level: number; time: string; msg?: string; err?: { message?: string; stack?: string } };

/**
 * A line of a process as `npm start` shows it: its log records as text, anything else as it is, the process's name
 * in front.
 */
export function formatLine(processName: string, line: string): string {
  const prefix = processName.padEnd(10);
  const record = parseRecord(line);
  if (record === null) return `${prefix} ${line}`;
  const rest = Object.entries(record).filter(([member]) => !LEFT_OUT.has(member));
  const members = rest.map(
    ([member, value]) => ` ${member}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const level = (LEVELS[record.level] ?? String(record.level)).padEnd(5);
  const text = `${record.time.slice(11, 19)} ${prefix} ${level} ${record.msg ?? ""}${members.join("")}`;
  return record.err === undefined ? text : `${text}\n${indent(record.err.stack ?? record.err.message ?? "")}`;
}

function parseRecord(line: string): LogRecord | null {
  if (!line.startsWith("{")) return null;
  try {
    const record = JSON.parse(line) as Partial<LogRecord>;
    return typeof record.level === "number" && typeof record.time === "string" ? (record as LogRecord) : null;
  } catch {
    return null;
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** Places in a simulated meeting where something can be made to go wrong. */
export const SCRIPT_POINTS = ["before-join", "waiting", "after-join", "mid-call", "leaving"] as const;
export type ScriptPoint = (typeof SCRIPT_POINTS)[number];

/** What a simulated meeting does. Written in the query of the meeting's URL; the table is in docs/bot-contract.md. */
export type MeetingScript = {
  /** From the start of the join to the door of the meeting; milliseconds. */
  joinMs: number;
  /** In the waiting room; 0 = there is none; milliseconds. */
  waitingMs: number;
  /** In the call; milliseconds. */
  callMs: number;
  /** From being told to leave to having left; milliseconds. */
  leaveMs: number;
  /** Turned away at the door, after the waiting room. */
  refuse: boolean;
  /** The meeting client throws here: FATAL is reported. */
  fail: ScriptPoint | null;
  /** The process exits here without a word. */
  crash: ScriptPoint | null;
  /** The meeting stays here until it is left, heartbeats go on. */
  hang: ScriptPoint | null;
  /** The process freezes here: no heartbeats, deaf to SIGTERM. */
  freeze: ScriptPoint | null;
  /** The exit code, whatever happens. */
  exit: number | null;
  /** Does not leave when milo says so; SIGTERM still works. */
  ignoreLeave: boolean;
};

const DEFAULTS = { joinMs: 500, waitingMs: 1_000, callMs: 30_000, leaveMs: 200 };
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** @throws Error that names a parameter with a malformed value, never the whole URL */
export function readMeetingScript(meetingUrl: string): MeetingScript {
  const query = new URL(meetingUrl).searchParams;
  return {
    joinMs: readDurationMs(query, "join") ?? DEFAULTS.joinMs,
    waitingMs: readDurationMs(query, "waiting") ?? DEFAULTS.waitingMs,
    callMs: readDurationMs(query, "call") ?? DEFAULTS.callMs,
    leaveMs: readDurationMs(query, "leave") ?? DEFAULTS.leaveMs,
    refuse: readFlag(query, "refuse"),
    fail: readPoint(query, "fail"),
    crash: readPoint(query, "crash"),
    hang: readPoint(query, "hang"),
    freeze: readPoint(query, "freeze"),
    exit: readExitCode(query),
    ignoreLeave: readFlag(query, "ignoreLeave"),
  };
}

function readDurationMs(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ""];
  if (unitMs === undefined) throw new Error(`${name} must be a duration such as 500ms, 20s, 3m or 1h`);
  return Number(digits) * unitMs;
}

function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === "0") return false;
  if (text === "1") return true;
  throw new Error(`${name} must be 1 or 0`);
}

/** `1` is short for `after-join`, the most telling place. */
function readPoint(query: URLSearchParams, name: string): ScriptPoint | null {
  const text = query.get(name);
  if (text === null || text === "0") return null;
  const point = text === "1" ? "after-join" : SCRIPT_POINTS.find((known) => known === text);
  if (point === undefined) throw new Error(`${name} must be 1 or one of ${SCRIPT_POINTS.join(", ")}`);
  return point;
}

function readExitCode(query: URLSearchParams): number | null {
  const text = query.get("exit");
  if (text === null) return null;
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) throw new Error("exit must be an exit code, 0 to 255");
  return Number(text);
}

/** The situations the day has to show, in the order they are reported. */
export const SCENARIO_NAMES = [
  "priority",
  "fill",
  "wait",
  "spill",
  "failover",
  "queue-drains",
  "expiry",
  "stop-queued",
  "stop-running",
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** One thing that has to be so, according to one of the two witnesses. */
export type Check = {
  witness: "database" | "emulators";
  /** What is expected, in words. */
  expected: string;
  /** What was seen, in words. */
  observed: string;
  holds: boolean;
};

/** What both witnesses say, in words. */
export type Testimony = { database: string; emulators: string };

export type Verdict = { name: ScenarioName; ok: boolean; expected: Testimony; observed: Testimony };

/** A scenario is ok when each witness was heard and all they say is as expected. */
export function toVerdict(name: ScenarioName, checks: readonly Check[]): Verdict {
  const heard = (witness: Check["witness"]) => checks.some((check) => check.witness === witness);
  const words = (member: "expected" | "observed"): Testimony => ({
    database: sentence(checks, "database", member),
    emulators: sentence(checks, "emulators", member),
  });
  return {
    name,
    ok: heard("database") && heard("emulators") && checks.every(({ holds }) => holds),
    expected: words("expected"),
    observed: words("observed"),
  };
}

/** The verdict on a scenario that did not come to its end. */
export function notReached(name: ScenarioName, why: string): Verdict {
  const expected = { database: "the scenario comes to its end", emulators: "the scenario comes to its end" };
  return { name, ok: false, expected, observed: { database: why, emulators: why } };
}

function sentence(checks: readonly Check[], witness: Check["witness"], member: "expected" | "observed"): string {
  const own = checks.filter((check) => check.witness === witness);
  return own.map((check) => (member === "observed" && !check.holds ? `✗ ${check.observed}` : check[member])).join("; ");
}

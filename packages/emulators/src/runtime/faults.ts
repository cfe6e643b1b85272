/** What goes wrong; `after` means that the work is done first and only its answer is lost. */
export const FAULT_KINDS = [
  "timeout-before",
  "timeout-after",
  "reset-before",
  "reset-after",
  "status",
  "status-after",
  "delay",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which requests a fault hits. A missing field matches all; a trailing `*` in a value matches any ending. */
export interface FaultMatch {
  readonly operation?: string;
  /** The workload or object the request is about, where the request names one. */
  readonly name?: string;
}

export interface FaultRule {
  readonly match: FaultMatch;
  readonly fault: FaultKind;
  /** HTTP status of the faults `status` and `status-after`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Body with that status: sent as JSON, a string as it is, nothing when absent. */
  readonly body?: unknown;
  /** How many requests it hits; without it, all until cleared. */
  readonly times?: number;
  /** Milliseconds to wait before the fault shows. */
  readonly delayMs?: number;
}

/** Thrown for a rule that could never do anything. */
export class InvalidFaultError extends Error {}

/** The faults an emulator shows now. The first rule that matches wins. */
export interface Faults {
  /** Throws InvalidFaultError. */
  add(rule: FaultRule): void;
  clear(): void;
  list(): FaultRule[];
  /** The rule that hits this request, if any; counts it as used. */
  take(target: { operation: string; name: string | null }): FaultRule | null;
}

export function createFaults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => {
      checkRule(rule);
      rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
    },
    clear: () => {
      rules = [];
    },
    list: () => rules.map(({ rule }) => rule),
    take: (target) => {
      const found = rules.find(({ rule }) => matches(rule.match, target));
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left <= 0) rules = rules.filter((other) => other !== found);
      return found.rule;
    },
  };
}

function checkRule(rule: FaultRule): void {
  if (!FAULT_KINDS.includes(rule.fault)) throw new InvalidFaultError(`no fault "${rule.fault}"`);
  if (typeof rule.match !== "object" || rule.match === null) throw new InvalidFaultError("match must be an object");
  if (rule.fault.startsWith("status") && !(Number.isInteger(rule.status) && Number(rule.status) >= 200)) {
    throw new InvalidFaultError("the fault status needs a status");
  }
}

function matches(match: FaultMatch, target: { operation: string; name: string | null }): boolean {
  return matchesText(match.operation, target.operation) && matchesText(match.name, target.name);
}

function matchesText(pattern: string | undefined, text: string | null): boolean {
  if (pattern === undefined) return true;
  if (text === null) return false;
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

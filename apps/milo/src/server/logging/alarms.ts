import type { Logger } from "pino";

/** The document that explains every alarm, each under a heading of its own. */
const ALARMS_DOC = "docs/failure-modes.md";

/** What only a person can mend or decide. Each is logged as an error, with the field `alarm`. */
export const ALARMS = {
  platform_config: {
    means:
      "A platform refuses every launch because of a setting of ours: an image, a cluster, a server or a variable that does not exist there.",
    does: "The launch goes to the next platform at once. The breaker opens for minutes and is tried again with one bot, so a mended setting is found by itself within half an hour; until then waiting bots pass the platform over.",
    check:
      "The line's `why` is the platform's own sentence. `npx milo doctor` tries each setting on its own and names the one that fails.",
  },
  platform_auth: {
    means: "A platform does not let milo in: a credential has expired, was revoked, or lacks a permission.",
    does: "As for `platform_config`. Running bots are left alone: a listing that is refused proves nothing.",
    check:
      "`npx milo doctor` names the permission that is missing. Rotate the credential and restart the dispatchers one after the other; bots go on meanwhile.",
  },
  slot_clash: {
    means:
      "The index of slot numbers refused an admission: two admissions were about to take the same number. The platform's lock forbids that, so somebody wrote to the database past milo, or milo has a fault.",
    does: "It admits without a slot number; the count under the lock holds the limit as before.",
    check:
      "`milo_admitted_over_limit_total` says whether a limit was broken. Look for hand-written statements, and for two installations that share a database.",
  },
  mass_stop: {
    means:
      "One listing would end more than half, and at least five, of a platform's bots. Another account, a changed label or an older dump of the database look just like that.",
    does: "Nothing is ended by absence while it lasts. It goes on by itself when every listing and the silence of all concerned have agreed for five minutes.",
    check:
      "Does the platform's own console show the bots? If not, confirm it in the console (Infrastructure). If it does, look at account, region, namespace and installation id.",
  },
  bot_unreachable: {
    means: "A claimed bot sends no heartbeat, and its platform does not say that its container has ended.",
    does: "It is not replaced by itself, as two could then be in the meeting. After five more minutes of absence from listings it is final.",
    check:
      "Is its node alive? In the console, `Replace anyway` starts a second container, `Confirm gone` frees its slot.",
  },
  stop_overdue: {
    means: "A workload was told to stop more than six minutes ago, and its platform does not say that it is gone.",
    does: "It repeats the order every few seconds. The slot stays held, as the container may run.",
    check:
      "Remove the workload on the platform by hand: the next listing frees the slot. When the platform has forgotten it, use `Confirm gone`.",
  },
} as const satisfies Record<string, { means: string; does: string; check: string }>;
export type Alarm = keyof typeof ALARMS;

/** Where a heading of that document is, as log lines and alert rules name it: "docs/failure-modes.md#stop-overdue". */
export function docsOf(name: string): string {
  return `${ALARMS_DOC}#${name.replaceAll("_", "-").toLowerCase()}`;
}

/** What a line of an alarm bears: its name and where it is explained. */
export function alarmFacts(alarm: Alarm): { alarm: Alarm; docs: string } {
  return { alarm, docs: docsOf(alarm) };
}

export function raiseAlarm(log: Logger, alarm: Alarm, facts: Record<string, unknown>, text: string): void {
  log.error({ ...facts, ...alarmFacts(alarm) }, text);
}

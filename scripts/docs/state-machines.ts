import {
  BOT_STATUSES,
  BOT_TRANSITIONS,
  type BotStatus,
  botCan,
  CLAIMABLE_PHASES,
  DEPLOYMENT_OUTCOMES,
  DEPLOYMENT_PHASES,
  DEPLOYMENT_TRANSITIONS,
  type DeploymentOutcome,
  type DeploymentPhase,
  LIVE_PHASES,
  OCCUPYING_PHASES,
  type Predicate,
  QUEUE_STATUSES,
  QUEUE_TRANSITIONS,
  type QueueStatus,
  queueCan,
} from "@milo/placement";

const BOT_MEANING: Record<BotStatus, string> = {
  SCHEDULED: "It is to start later; nothing happens before that time.",
  QUEUED: "It waits for a slot, or for its first pass, and has an open queue entry with a deadline.",
  DEPLOYING: "A slot is held for it and an attempt is under way; `start_by` bounds the time until its claim.",
  JOINING_CALL: "Its container claimed the attempt, and milo has let it enter the meeting.",
  IN_WAITING_ROOM: "The meeting has been reached; a host has not let it in yet.",
  IN_CALL: "It takes part in the meeting.",
  LEAVING: "It was told to leave and has until `leave_by` to say goodbye.",
  CALL_ENDED: "The meeting is over for it; recordings and reports are being finished.",
  DONE: "It did what it was asked to. Final.",
  FATAL: "It did not, and a machine-readable code and a sentence say why. Final.",
  CANCELLED: "It was stopped before any container of it had claimed. Final.",
};

const PHASE_MEANING: Record<DeploymentPhase, string> = {
  RESERVED: "The slot is held; nothing has been sent to the platform.",
  LAUNCHING: "A request may have been sent; its outcome is unknown until the platform answers.",
  STARTING: "The platform accepted it; the bot has not claimed yet.",
  RUNNING: "The bot claimed it and holds a lease.",
  STOPPING: "It was told to end or was given up, and is not confirmed gone: a claim is refused, the slot stays held.",
  ENDED: "The workload is known to be gone, or never existed. The slot is free.",
};

const OUTCOME_MEANING: Record<DeploymentOutcome, string> = {
  completed: "the bot reported that it had done its work",
  failed: "it could not be launched, or the bot failed by its own fault",
  cancelled: "somebody asked for its end",
  lost: "its container or platform went away under it",
  never_launched: "nothing was ever created for it",
};

const QUEUE_MEANING: Record<QueueStatus, string> = {
  WAITING: "The bot waits for a slot on one of the platforms open to it.",
  PROCESSING: "A slot was given to it and the attempt is under way; if that fails before the claim it waits again.",
  DISPATCHED: "The bot claimed: the wait is over. Final.",
  EXPIRED: "Its deadline passed before a slot became free. Final.",
  CANCELLED: "The bot was stopped while it waited. Final.",
};

/** By the status alone: as for a bot of which no container runs. */
const retryOf = (status: BotStatus) => botCan.retry({ status, claimedContainerMayRun: false });
const mayRetry = Object.assign(retryOf, { states: BOT_STATUSES.filter((status) => retryOf(status).can) });

/** The states of bots, deployments and queue entries as a document, read from the tables the code obeys. */
export function describeStateMachines(): string {
  return `${[
    "<!-- Written by `npm run docs` from packages/placement. Do not edit. -->",
    "# State machines",
    "Every change of state is a compare-and-set on the state that was read, and every state that is not final has a deadline. Services, the console and this page read the same tables, in `packages/placement/src`.",
    "## Bot",
    "One meeting to attend. Back to QUEUED: from DEPLOYING when its attempt failed or was revoked before the claim, from a call state when the bot is replaced by policy.",
    machine(BOT_STATUSES, BOT_TRANSITIONS, BOT_MEANING, ["SCHEDULED", "QUEUED"], "Status"),
    "What may be done to it, and why not otherwise. Buttons and mutations ask the same predicate.",
    actions(BOT_STATUSES, { stop: botCan.stop, cancel: botCan.cancel, retry: mayRetry }),
    "A retry besides waits until no container of the bot that has claimed may be in its call.",
    "## Deployment",
    `One attempt to run a bot on one platform. Phases only move forward. ${list(LIVE_PHASES)} are live: a bot has at most one such deployment. ${list(OCCUPYING_PHASES)} count against the platform's limit. A claim is accepted in ${list(CLAIMABLE_PHASES)}.`,
    machine(DEPLOYMENT_PHASES, DEPLOYMENT_TRANSITIONS, PHASE_MEANING, ["RESERVED"], "Phase"),
    `An ended deployment says how: ${DEPLOYMENT_OUTCOMES.map((name) => `\`${name}\` (${OUTCOME_MEANING[name]})`).join(", ")}.`,
    "## Queue entry",
    "One wait of a bot. A bot has at most one open entry (WAITING or PROCESSING); closed ones are its history.",
    machine(QUEUE_STATUSES, QUEUE_TRANSITIONS, QUEUE_MEANING, ["WAITING"], "Status"),
    "What may be done to it, and why not otherwise.",
    actions(QUEUE_STATUSES, queueCan),
  ].join("\n\n")}\n`;
}

function machine<S extends string>(
  states: readonly S[],
  transitions: Readonly<Record<S, readonly S[]>>,
  meaning: Record<S, string>,
  begin: readonly S[],
  heading: string,
): string {
  return `${diagram(states, transitions, begin)}\n\n${table(states, transitions, meaning, heading)}`;
}

function diagram<S extends string>(
  states: readonly S[],
  transitions: Readonly<Record<S, readonly S[]>>,
  begin: readonly S[],
): string {
  const lines = [
    ...begin.map((state) => `[*] --> ${state}`),
    ...states.flatMap((state) => transitions[state].map((next) => `${state} --> ${next}`)),
    ...states.filter((state) => transitions[state].length === 0).map((state) => `${state} --> [*]`),
  ];
  return ["```mermaid", "stateDiagram-v2", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

function table<S extends string>(
  states: readonly S[],
  transitions: Readonly<Record<S, readonly S[]>>,
  meaning: Record<S, string>,
  heading: string,
): string {
  const rows = states.map((state) => `| ${state} | ${meaning[state]} | ${transitions[state].join(", ") || "—"} |`);
  return [`| ${heading} | Meaning | May become |`, "|---|---|---|", ...rows].join("\n");
}

function actions<S extends string>(states: readonly S[], can: Readonly<Record<string, Predicate<S>>>): string {
  const rows = Object.entries(can).map(([action, may]) => {
    const reasons = new Map<string, S[]>();
    for (const state of states) {
      const { reason } = may(state);
      if (reason !== null) reasons.set(reason, [...(reasons.get(reason) ?? []), state]);
    }
    const otherwise = [...reasons].map(([reason, where]) => `${where.join(", ")}: ${reason}`);
    return `| \`${action}\` | ${may.states.join(", ")} | ${otherwise.join(". ")}. |`;
  });
  return ["| Action | Possible in | Otherwise |", "|---|---|---|", ...rows].join("\n");
}

function list(states: readonly string[]): string {
  return states.length < 2 ? states.join("") : `${states.slice(0, -1).join(", ")} and ${states.at(-1)}`;
}

import type { FailureClass } from "@milo/placement";

/** What each class of failure means to an operator. `docs/failure-modes.md` has a heading for each. */
export const FAILURE_CLASS_HELP: Readonly<Record<FailureClass, { means: string; does: string; check: string }>> = {
  capacity: {
    means: "The platform has no room: a quota, a subnet, a queue or the nodes are full.",
    does: "The bot goes to its next platform at once. The platform backs off from 5 s up to 2 min and is then tried with one launch; its breaker stays closed.",
    check: "Does its limit say more than it can hold? Lower the limit, or raise the quota.",
  },
  throttled: {
    means: "The platform asks for fewer requests.",
    does: "At most three tries there, when it said to come back, then the next platform. The breaker does not count it.",
    check: "Who else uses that account or token? A quota of requests may have to be raised.",
  },
  transient: {
    means: "A passing fault that is known to have made nothing that lasts.",
    does: "At most three tries there, then the next platform. The breaker does not count it.",
    check: "Nothing, while it stays rare. When it does not, the reasons of the attempts name what fails.",
  },
  unavailable: {
    means: "The platform is down, or cannot be reached.",
    does: "The bot goes to its next platform at once. The third failure in a row opens the breaker.",
    check:
      "The platform's own status, and the way to it: DNS, proxy, network policy. `npx milo doctor` asks from here. Where one " +
      "of several dispatchers has lost its way there, its launches open the breaker for all: the logs of each say whose fail. Restart that one.",
  },
  config: {
    means: "A setting of ours is wrong there: an image, a cluster, a server, a Secret.",
    does: "The bot goes to its next platform at once. The breaker opens for minutes, with the alarm `platform_config`.",
    check: "The platform's sentence in the attempt's reason, and `npx milo doctor`.",
  },
  auth: {
    means: "The platform does not let milo in, or not do this.",
    does: "The bot goes to its next platform at once. The breaker opens for minutes, with the alarm `platform_auth`.",
    check: "Has the credential expired? `npx milo doctor` names the permission that is missing.",
  },
  invalid: {
    means: "The platform calls our request malformed.",
    does: "One other platform is asked for a second opinion; when that says the same, the bot ends FATAL. It is barred on the first for the rest of its wait.",
    check:
      "What is special about this bot: its name, its duration? If nothing is, milo and the platform's version do not fit.",
  },
  unknown: {
    means: "It may have happened: the answer was lost, or there was none in time.",
    does: "It is looked for under its name and sent again unchanged for 20 s. Then it is revoked, so that its process can never join, and the bot goes on; the slot stays held until it is known that nothing runs.",
    check: "`milo_launches_unknown` must fall again. While it does not, the platform does not list what it made.",
  },
  bot: {
    means: "The bot's own fault, after it had claimed: it crashed, ran out of memory, or was refused by the meeting.",
    does: "It ends FATAL and is not tried elsewhere, unless REPLACE_LOST_BOTS is `any`. Its last words are kept with the attempt.",
    check: "Exit code and last words in the bot's page.",
  },
  lost: {
    means: "The platform took the bot's container after it had claimed: an eviction, a Spot interruption, a lost node.",
    does: "Once the container is positively gone the bot is replaced, in its old place in the queue, as REPLACE_LOST_BOTS says.",
    check: "Is it always the same platform or node? Spot capacity for bots in calls costs replacements.",
  },
};

import { formatDuration, nameBot, PRIORITY_MAX, PRIORITY_MIN } from "@milo/placement";
import type { Command, CommandContext } from "../context.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { OutputOf } from "../milo-api.ts";
import { formatSince } from "../output/format-time.ts";
import { printResult } from "../output/screen.ts";
import { type Column, renderTable } from "../output/table.ts";
import { readBotIds, readWhole } from "../read-invocation.ts";
import { readQueue } from "./read-queue.ts";
import { waitForMilo } from "./wait-for-milo.ts";

const LISTED_DEFAULT = "100";
const LISTED_MOST = 1_000_000;

const COLUMNS: readonly Column[] = [
  { title: "#", align: "right" },
  { title: "BOT", align: "right" },
  { title: "NAME" },
  { title: "PRIORITY", align: "right" },
  { title: "WAITING FOR" },
  { title: "SINCE", align: "right" },
  { title: "GIVES UP", align: "right" },
  { title: "WHY", flexible: true },
];

/** Who waits, in order. */
export const listQueue: Command = async (context) => {
  const { api, invocation, output, nowMs } = context;
  const most = readWhole("--limit", invocation.options.limit ?? LISTED_DEFAULT, 1, LISTED_MOST);
  const [bots, { total }] = await waitForMilo(context, () =>
    Promise.all([readQueue(api, most), api.query("infrastructure.getQueueStats")]),
  );
  printResult(output, { total, bots }, () => {
    if (bots.length === 0) return "Nobody waits.";
    const now = nowMs();
    const rows = bots.map((bot) => [
      String(bot.position),
      String(bot.botId),
      bot.botName,
      String(bot.priority),
      bot.waitingFor === "global" ? "any platform" : bot.waitingFor,
      formatDuration(now - bot.queuedAt.getTime()),
      formatSince(bot.timeoutAt, now),
      bot.reason,
    ]);
    const more = total > bots.length ? `\n\n${total - bots.length} more; --limit ${total} shows all.` : "";
    return renderTable(output.stdout, COLUMNS, rows) + more;
  });
  return EXIT_CODES.ok;
};

export const cancelQueued: Command = async (context) => {
  const botIds = readBotIds(context.invocation.arguments);
  const answer = await waitForMilo(context, () => context.api.mutate("queue.cancel", { botIds }));
  return tellEach(context, answer, "waits no more: it is cancelled");
};

export const setQueuePriority: Command = async (context) => {
  const [bot = "", priority = ""] = context.invocation.arguments;
  const botIds = readBotIds([bot]);
  const wanted = readWhole("The priority", priority, PRIORITY_MIN, PRIORITY_MAX);
  const answer = await waitForMilo(context, () =>
    context.api.mutate("queue.setPriority", { botIds, priority: wanted }),
  );
  return tellEach(context, answer, `waits with priority ${wanted}`);
};

/** Tells what became of each bot of a bulk action; exit code 1 when one could not be done. */
export function tellEach({ output }: CommandContext, answer: OutputOf<"queue.cancel">, done: string): ExitCode {
  printResult(output, answer, () =>
    answer.results
      .map(({ id, ok, message }) =>
        ok
          ? `${output.stdout.paint("green", "✓")} ${nameBot(id)} ${done}.${message === undefined ? "" : ` ${message}.`}`
          : `${output.stdout.paint("red", "✗")} ${nameBot(id)}: ${message}.`,
      )
      .join("\n"),
  );
  return answer.results.every(({ ok }) => ok) ? EXIT_CODES.ok : EXIT_CODES.failed;
}

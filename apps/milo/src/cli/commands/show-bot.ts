import { nameBot } from "@milo/placement";
import type { Command } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { OutputOf } from "../milo-api.ts";
import { formatMoment, formatSince } from "../output/format-time.ts";
import { type Output, plain, printResult } from "../output/screen.ts";
import { type Column, renderTable } from "../output/table.ts";
import { readBotIds } from "../read-invocation.ts";
import { styleOf } from "./bots.ts";
import { waitForMilo } from "./wait-for-milo.ts";

type Timeline = OutputOf<"bots.getTimeline">;

const COLUMNS: readonly Column[] = [
  { title: "WHEN (UTC)" },
  { title: "STATUS" },
  { title: "CODE" },
  { title: "WHAT", flexible: true },
];

/** `milo bots show`: a bot's timeline. */
export const showBot: Command = async (context) => {
  const { api, invocation, output, nowMs } = context;
  const [botId = 0] = readBotIds(invocation.arguments);
  const timeline = await waitForMilo(context, () => api.query("bots.getTimeline", { botId }));
  printResult(output, timeline, () => renderTimeline(output, timeline, nowMs()));
  return EXIT_CODES.ok;
};

function renderTimeline(output: Output, { bot, now, items, truncated }: Timeline, nowMs: number): string {
  const { stdout } = output;
  const next =
    now.nextDeadline === null ? [] : [`Next: ${now.nextDeadline.what}, ${formatSince(now.nextDeadline.at, nowMs)}`];
  const head = [
    `${nameBot(bot.id)} “${bot.name}”, ${bot.meetingPlatform}, ${bot.meetingUrl}`,
    `${stdout.paint(styleOf(now.status), now.status)}: ${plain(now.reason)}`,
    ...next,
    ...(truncated ? ["Only the last events are shown; the oldest are left out."] : []),
  ];
  const rows = items.map((item) => [
    formatMoment(item.at),
    item.status === null ? "" : { text: item.status, style: styleOf(item.status) },
    item.code,
    item.message,
  ]);
  return [plain(head[0] ?? ""), ...head.slice(1), "", renderTable(stdout, COLUMNS, rows)].join("\n");
}

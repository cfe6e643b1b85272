import { BOT_STATUSES, type BotStatus } from "@milo/placement";
import { maskMeetingUrl } from "#server/logging/mask-urls.ts";
import type { Command } from "../context.ts";
import { EXIT_CODES, usageError } from "../exit-codes.ts";
import type { MiloApi, OutputOf } from "../milo-api.ts";
import { formatSince } from "../output/format-time.ts";
import { withProgress } from "../output/progress.ts";
import { printResult, type Style } from "../output/screen.ts";
import { type Column, renderTable } from "../output/table.ts";
import { readBotIds, readWhole } from "../read-invocation.ts";
import { tellEach } from "./queue.ts";
import { readPlatform } from "./read-platform.ts";

type Bot = OutputOf<"bots.list">["bots"][number];

const LISTED_DEFAULT = "50";
const LISTED_MOST = 1_000_000;
/** The most that milo answers on one page. */
const PAGE = 200;

const COLUMNS: readonly Column[] = [
  { title: "BOT", align: "right" },
  { title: "NAME" },
  { title: "MEETING" },
  { title: "STATUS" },
  { title: "PLATFORM" },
  { title: "TRIES", align: "right" },
  { title: "CREATED", align: "right" },
  { title: "WHY", flexible: true },
];

/** Bots, newest first. */
export const listBots: Command = async ({ api, invocation, output, nowMs }) => {
  const { options } = invocation;
  const most = readWhole("--limit", options.limit ?? LISTED_DEFAULT, 1, LISTED_MOST);
  const filter = {
    ...(options.status === undefined ? {} : { statuses: readStatuses(options.status) }),
    ...(options.platform === undefined ? {} : { infrastructure: readPlatform(options.platform) }),
  };
  const reading = () => `reading the bots of ${api.url}`;
  const { bots, more } = await withProgress(output.stderr, reading, () => readBots(api, filter, most));
  // The query of a meeting's address may hold its password.
  const shown = bots.map((bot) => ({ ...bot, meetingUrl: maskMeetingUrl(bot.meetingUrl) }));
  printResult(output, { bots: shown, more }, () => {
    if (bots.length === 0) return "There is no such bot.";
    const rows = bots.map((bot) => [
      String(bot.id),
      bot.name,
      bot.meetingPlatform,
      { text: bot.status, style: styleOf(bot.status) },
      bot.deploymentPlatform ?? "–",
      String(bot.attempts),
      formatSince(bot.createdAt, nowMs()),
      bot.statusReason ?? "",
    ]);
    return renderTable(output.stdout, COLUMNS, rows) + (more ? "\n\nThere are more; --limit shows them." : "");
  });
  return EXIT_CODES.ok;
};

export const stopBots: Command = async (context) => {
  const botIds = readBotIds(context.invocation.arguments);
  return tellEach(context, await context.api.mutate("bots.stopMany", { botIds }), "is told to leave, or has ended");
};

async function readBots(
  api: MiloApi,
  filter: { statuses?: BotStatus[]; infrastructure?: ReturnType<typeof readPlatform> },
  most: number,
): Promise<{ bots: Bot[]; more: boolean }> {
  const bots: Bot[] = [];
  let before: number | null = null;
  do {
    const limit = Math.min(PAGE, most - bots.length);
    const page: OutputOf<"bots.list"> = await api.query("bots.list", {
      ...filter,
      limit,
      ...(before === null ? {} : { before }),
    });
    bots.push(...page.bots);
    before = page.nextBefore;
  } while (before !== null && bots.length < most);
  return { bots, more: before !== null };
}

function readStatuses(text: string): BotStatus[] {
  return text.split(",").map((word) => {
    const status = BOT_STATUSES.find((one) => one === word.trim().toUpperCase());
    if (status === undefined) throw usageError(`There is no status "${word}"; there are ${BOT_STATUSES.join(", ")}.`);
    return status;
  });
}

export function styleOf(status: BotStatus): Style {
  if (status === "FATAL") return "red";
  if (status === "DONE") return "green";
  return status === "CANCELLED" ? "dim" : "cyan";
}

import { PLATFORM_LABELS } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { nameBot } from "../../_format/bot-id.ts";
import { formatCount, formatList } from "../../_format/count.ts";

type Item = ApiOutputs["infrastructure"]["getAttention"]["items"][number];

const NOUNS = [
  ["critical", "critical matter", "critical matters"],
  ["warning", "warning", "warnings"],
  ["info", "note", "notes"],
] as const;

/** What is read out when it changes: `1 critical matter and 2 warnings need attention`. */
export function describeItems(items: readonly Pick<Item, "severity">[]): string {
  const parts = NOUNS.flatMap(([severity, one, many]) => {
    const count = items.filter((item) => item.severity === severity).length;
    return count === 0 ? [] : [formatCount(count, one, many)];
  });
  if (parts.length === 0) return "Nothing needs attention";
  return `${formatList(parts)} ${items.length === 1 ? "needs" : "need"} attention`;
}

/** What the link says: where it leads, so that it makes sense by itself. */
export function nameAction({ href, platform }: Pick<Item, "href" | "platform">): string {
  if (href.startsWith("/bots/")) return nameBot(Number(href.slice("/bots/".length)));
  if (href.endsWith("#queue")) return "Go to the queue";
  return platform === null ? "Go to the infrastructure" : `Go to ${PLATFORM_LABELS[platform]}`;
}

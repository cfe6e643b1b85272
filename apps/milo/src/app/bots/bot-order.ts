import {
  DEPLOYMENT_PLATFORMS,
  type DeploymentPlatform,
  type MeetingPlatform,
  PRIORITY_MAX,
  PRIORITY_MIN,
} from "@milo/placement";
import type { ApiInputs } from "../_api/outputs.ts";
import { guessMeetingPlatform } from "../_components/dashboard/guess-meeting.ts";
import { formatCount } from "../_format/count.ts";
import { readLines, readMeetingUrl } from "./meeting-urls.ts";

/** What the form holds, as it was typed. */
export type OrderForm = {
  /** One address, or one a line. */
  meetings: string;
  /** `guess`: by the address. */
  meetingPlatform: MeetingPlatform | "guess";
  name: string;
  priority: string;
  /** Minutes. */
  queueTimeout: string;
  /** Minutes. */
  maxDuration: string;
  platforms: readonly DeploymentPlatform[];
};

export type OrderField = keyof OrderForm;
export type BotOrder = ApiInputs["bots"]["create"];
export type OrderErrors = Partial<Record<OrderField, string>>;

/** `wrong` tells of each field what is wrong with it and what would be right. */
export type Order = { ok: true; bots: readonly BotOrder[] } | { ok: false; wrong: OrderErrors };

export const EMPTY_ORDER: OrderForm = {
  meetings: "",
  meetingPlatform: "guess",
  name: "",
  priority: "",
  queueTimeout: "",
  maxDuration: "",
  platforms: DEPLOYMENT_PLATFORMS,
};

/** The server takes no more at once. */
export const BOTS_MOST = 100;
const MINUTE_MS = 60_000;
const DAY_MIN = 24 * 60;
const NAME_MOST = 255;
const LINES_NAMED = 3;

/** What the server is to be asked for, or what is wrong with the form. `isMany`: an address a line. */
export function readOrder(form: OrderForm, isMany: boolean): Order {
  const urls = isMany ? readLines(form.meetings) : [{ line: 1, url: form.meetings.trim() }];
  const priority = readNumber(form.priority, { least: PRIORITY_MIN, most: PRIORITY_MAX, isWhole: true });
  const queueMin = readNumber(form.queueTimeout, { least: 0, most: DAY_MIN });
  const durationMin = readNumber(form.maxDuration, { least: 1, most: DAY_MIN });
  const wrong: OrderErrors = {
    ...judge("meetings", isMany ? judgeLines(urls) : readMeetingUrl(form.meetings).problem),
    ...judge("meetingPlatform", form.meetingPlatform === "guess" ? judgeGuess(urls) : null),
    ...judge("name", form.name.trim().length > NAME_MOST ? `A name has at most ${NAME_MOST} characters.` : null),
    ...judge("priority", priority === null ? `A whole number from ${PRIORITY_MIN} to ${PRIORITY_MAX}.` : null),
    ...judge("queueTimeout", queueMin === null ? `Minutes, from 0 to ${DAY_MIN}.` : null),
    ...judge("maxDuration", durationMin === null ? `Minutes, from 1 to ${DAY_MIN}.` : null),
    ...judge("platforms", form.platforms.length === 0 ? "Choose at least one platform." : null),
  };
  if (Object.keys(wrong).length > 0) return { ok: false, wrong };
  const isAnywhere = DEPLOYMENT_PLATFORMS.every((platform) => form.platforms.includes(platform));
  const common = {
    ...(form.name.trim() !== "" && { name: form.name.trim() }),
    ...(typeof priority === "number" && { priority }),
    ...(typeof queueMin === "number" && { queueTimeoutMs: Math.round(queueMin * MINUTE_MS) }),
    ...(typeof durationMin === "number" && { maxDurationMs: Math.round(durationMin * MINUTE_MS) }),
    ...(!isAnywhere && { platforms: [...form.platforms] }),
  };
  const bots = urls.flatMap(({ url: typed }) => {
    const { url } = readMeetingUrl(typed);
    if (url === null) return [];
    const meetingPlatform = form.meetingPlatform === "guess" ? guessMeetingPlatform(url) : form.meetingPlatform;
    return meetingPlatform === null ? [] : [{ meetingUrl: url, meetingPlatform, ...common }];
  });
  return { ok: true, bots };
}

function judge(field: OrderField, problem: string | null): OrderErrors {
  return problem === null ? {} : { [field]: problem };
}

type Line = { line: number; url: string };

function judgeLines(lines: readonly Line[]): string | null {
  if (lines.length === 0) return "Enter the addresses of the meetings, one a line.";
  if (lines.length > BOTS_MOST) return `At most ${BOTS_MOST} at once; these are ${lines.length}.`;
  const wrong = lines.filter(({ url }) => readMeetingUrl(url).url === null);
  return wrong.length === 0 ? null : `${nameLines(wrong)}: not a whole address, such as https://zoom.us/j/123.`;
}

/** Only addresses that are sound are asked: those that are not have an error of their own. */
function judgeGuess(lines: readonly Line[]): string | null {
  const sound = lines.filter(({ url }) => readMeetingUrl(url).url !== null);
  const unknown = sound.filter(({ url }) => guessMeetingPlatform(url) === null);
  if (unknown.length === 0) return null;
  const which = lines.length === 1 ? "The address does" : `${nameLines(unknown)}: the address does`;
  return `${which} not say where the meeting is held. Choose it here.`;
}

/** `Line 3`, `Lines 1, 2, 5 and 7 more` */
function nameLines(lines: readonly Line[]): string {
  const named = lines.slice(0, LINES_NAMED).map(({ line }) => line);
  const more = lines.length - named.length;
  return `${lines.length === 1 ? "Line" : "Lines"} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Undefined when nothing was typed, null when it is no such number. */
function readNumber(
  text: string,
  { least, most, isWhole = false }: { least: number; most: number; isWhole?: boolean },
): number | undefined | null {
  const typed = text.trim().replace("−", "-");
  if (typed === "") return undefined;
  const value = Number(typed);
  const isSound = Number.isFinite(value) && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  return isSound ? value : null;
}

/** `Send a bot`, `Send 5 bots` */
export function nameOrder(form: OrderForm, isMany: boolean): string {
  const count = isMany ? readLines(form.meetings).length : 1;
  return count < 2 ? "Send bot" : `Send ${formatCount(count, "bot")}`;
}

import type { PostMortem } from "#server/api/services/platform/platform-service.ts";
import { storableText } from "#server/database/storable-text.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";

/** Enough to read a stack trace and what led to it, and little enough to keep with every attempt. */
export const LOG_LINES_MOST = 50;
export const LOG_BYTES_MOST = 8 * 1024;
const LINE_LENGTH_MOST = 500;
const TEXT_LENGTH_MOST = 1_000;
const CONDITIONS_MOST = 20;
/** So much of a text is looked at for what is kept of it: whatever its length, tidying takes no time. */
const READ_SHARE = 4;

const HIDDEN = "(hidden)";
const NAME = "(?:authorization|password|passwd|pwd|passcode|secret|token|api[-_]?key|access[-_]?key|credential)";
const VALUE = "[^\\s\"',;&]+";
/** `password=x`, `"token": "x"`, `Authorization: Bearer x`, `--secret x`, `Bearer x`: the name stays, the value goes. */
const CREDENTIALS = [
  new RegExp(`(${NAME}[a-z0-9_-]{0,40}["']?\\s*[:=]\\s*["']?(?:(?:bearer|basic)\\s+)?)${VALUE}`, "gi"),
  new RegExp(`(--[a-z0-9_-]{0,40}?${NAME}[a-z0-9_-]{0,40}\\s+["']?)${VALUE}`, "gi"),
  /(\b(?:bearer|basic)\s+)[a-z0-9._~+/=-]{16,}/gi,
];

/**
 * A post-mortem as it may be kept and shown: bounded, its texts storable, without secrets. `secrets` are values known to
 * milo that are taken out wherever they occur. Pure.
 */
export function tidyPostMortem(raw: PostMortem, secrets: readonly string[] = []): PostMortem {
  const text = (value: string, most = TEXT_LENGTH_MOST) =>
    storableText(mask(value.slice(0, most * READ_SHARE), secrets).slice(0, most));
  const { log, conditions, exitCode, signal, restarts, ...texts } = raw;
  const known = Object.entries(texts).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return {
    ...Object.fromEntries(known.map(([name, value]) => [name, text(value)])),
    ...Object.fromEntries(Object.entries({ exitCode, signal, restarts }).filter(([, value]) => value !== undefined)),
    ...(conditions === undefined
      ? {}
      : {
          conditions: conditions.slice(-CONDITIONS_MOST).map((condition) => {
            const pairs = Object.entries(condition).filter((pair) => pair[1] !== undefined);
            return Object.fromEntries(pairs.map(([name, value]) => [name, text(value)])) as typeof condition;
          }),
        }),
    ...(log === undefined
      ? {}
      : { log: lastLines(log.slice(-LOG_LINES_MOST).map((line) => text(line, LINE_LENGTH_MOST))) }),
  };
}

/** The last lines that fit, oldest first. */
function lastLines(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.toReversed()) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > LOG_BYTES_MOST) break;
    kept.unshift(line);
  }
  return kept;
}

function mask(text: string, secrets: readonly string[]): string {
  const without = secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
  return CREDENTIALS.reduce((left, pattern) => left.replace(pattern, `$1${HIDDEN}`), maskUrls(without));
}

import { invalidParameter } from "./errors.ts";
import { type Input, readObjects, readString } from "./input.ts";
import type { Tag } from "./model.ts";

const MAX_TAGS = 50;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 256;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The request's `tags`, checked as ECS checks them. Throws InvalidParameterException. */
export function readTags(input: Input): Tag[] {
  const tags = readObjects(input, "tags").map((tag) => ({
    key: readString(tag, "key") ?? "",
    value: readString(tag, "value") ?? "",
  }));
  checkTags(tags);
  return tags;
}

function checkTags(tags: Tag[]): void {
  if (tags.length > MAX_TAGS) throw invalidParameter(`The maximum number of tags is ${MAX_TAGS}.`);
  if (new Set(tags.map(({ key }) => key)).size !== tags.length) throw invalidParameter("Duplicate tag keys.");
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > MAX_KEY_CHARS) throw invalidParameter("Invalid tag key length.");
    if (value.length > MAX_VALUE_CHARS) throw invalidParameter("Invalid tag value length.");
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys cannot start with aws:.");
    if (!TAG_CHARACTERS.test(key) || !TAG_CHARACTERS.test(value)) throw invalidParameter("Invalid tag character.");
  }
}

/** Old tags with new ones on top. Throws when there are more than 50. */
export function mergeTags(old: Tag[], added: Tag[]): Tag[] {
  const merged = new Map([...old, ...added].map((tag) => [tag.key, tag]));
  if (merged.size > MAX_TAGS) throw invalidParameter(`The maximum number of tags is ${MAX_TAGS}.`);
  return [...merged.values()];
}

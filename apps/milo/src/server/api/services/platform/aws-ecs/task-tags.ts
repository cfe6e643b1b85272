import type { Tag, Task } from "@aws-sdk/client-ecs";

/** Tags that make a task ours. Values and keys stay within 256 and 128 characters. */
export const TASK_TAGS = {
  installation: "milo:installation",
  bot: "milo:bot",
  attempt: "milo:attempt",
  launchKey: "milo:launch-key",
  meetingPlatform: "milo:meeting-platform",
  /** ECS can't end a task by its age: this lets an operator, or a sweeper of theirs, see one that overstays. */
  maxDuration: "milo:max-duration-seconds",
} as const;

/** `startedBy` of a task: at most 128 characters of `A-Za-z0-9-_/` [ECS API reference, RunTask]. */
export function startedByOf(installationId: string, launchKey: string): string {
  return `milo/${installationId}/${launchKey}`;
}

export function tagValue(tags: readonly Tag[] | undefined, key: string): string | null {
  return tags?.find((tag) => tag.key === key)?.value ?? null;
}

/**
 * Whether a task bears our installation id. `startedBy` is proof as well as a tag is: it can't be changed after
 * RunTask, while a tag can be removed by hand.
 */
export function isOurs(task: Task, installationId: string): boolean {
  return (
    tagValue(task.tags, TASK_TAGS.installation) === installationId ||
    (task.startedBy?.startsWith(startedByOf(installationId, "")) ?? false)
  );
}

/** The launch key of one of our tasks; null when neither its tag nor its `startedBy` can be read. */
export function launchKeyOf(task: Task, installationId: string): string | null {
  const tagged = tagValue(task.tags, TASK_TAGS.launchKey);
  if (tagged) return tagged;
  const prefix = startedByOf(installationId, "");
  const key = task.startedBy?.startsWith(prefix) ? task.startedBy.slice(prefix.length) : "";
  return key === "" ? null : key;
}

import { parseImageReference } from "./image-reference.ts";

/**
 * Image tags that make one workload misbehave: run `bot:sentinel-image-pull-backoff` and that is what it gets.
 * Those with `argument: true` take a number at the end, as in `sentinel-exit-code-42`. Those that show a row of the
 * failure catalogue bear its number: `bot:row-05-pod-quota` is the same as `bot:sentinel-pod-quota`.
 */
export const SENTINELS = [
  {
    platform: "kubernetes",
    tag: "image-pull-backoff",
    row: "08",
    description: "The image is never found in its registry",
  },
  {
    platform: "kubernetes",
    tag: "image-pull-server-error",
    row: "08",
    description: "The registry answers every pull with 503",
  },
  {
    platform: "kubernetes",
    tag: "invalid-image-name",
    row: "08",
    description: "The kubelet cannot parse the image name",
  },
  { platform: "kubernetes", tag: "unschedulable", row: "07", description: "No node ever fits the pod" },
  {
    platform: "kubernetes",
    tag: "pod-quota",
    row: "05",
    description: "The pod exceeds a quota: FailedCreate events, no pod",
  },
  {
    platform: "kubernetes",
    tag: "pod-security",
    row: "06",
    description: "The pod violates PodSecurity: FailedCreate events",
  },
  {
    platform: "kubernetes",
    tag: "create-container-config-error",
    row: "09",
    description: "A Secret key is missing for good",
  },
  { platform: "kubernetes", tag: "start-error", description: "The container's command cannot be executed" },
  { platform: "kubernetes", tag: "oom-kill", row: "10", description: "The container is OOM-killed after it started" },
  { platform: "kubernetes", tag: "evict", row: "12", description: "The kubelet evicts the running pod" },
  {
    platform: "kubernetes",
    tag: "preempt",
    row: "12",
    description: "The scheduler preempts the pod: DisruptionTarget first",
  },
  {
    platform: "kubernetes",
    tag: "node-lost",
    row: "12",
    description: "The node goes NotReady; pod stuck, process goes on",
  },
  {
    platform: "kubernetes",
    tag: "exit-code",
    row: "11",
    argument: true,
    description: "The container exits with that code",
  },
  {
    platform: "ecs",
    tag: "capacity-unavailable",
    row: "22",
    description: "RunTask answers 200 with a capacity failure",
  },
  {
    platform: "ecs",
    tag: "cannot-pull-container",
    row: "34",
    description: "Stopped before running: CannotPullContainerError",
  },
  {
    platform: "ecs",
    tag: "resource-initialization",
    row: "34",
    description: "Stopped before running: secret not readable",
  },
  {
    platform: "ecs",
    tag: "network-interface-timeout",
    row: "34",
    description: "Stopped before running: no ENI in time",
  },
  { platform: "ecs", tag: "no-free-addresses", row: "34", description: "Stopped before running: the subnet is full" },
  { platform: "ecs", tag: "stuck-provisioning", description: "The task never leaves PROVISIONING" },
  { platform: "ecs", tag: "out-of-memory", row: "37", description: "The container is OOM-killed after it started" },
  { platform: "ecs", tag: "spot-interruption", row: "35", description: "The running task gets a Spot reclaim" },
  { platform: "ecs", tag: "host-retirement", row: "36", description: "The running task is stopped with its host" },
  {
    platform: "ecs",
    tag: "exit-code",
    row: "37",
    argument: true,
    description: "The essential container exits with that code",
  },
  {
    platform: "coolify",
    tag: "deployment-failed",
    row: "43",
    description: "The deployment fails: the image cannot be pulled",
  },
  { platform: "coolify", tag: "deployment-stuck", row: "44", description: "The deployment stays in_progress" },
  { platform: "coolify", tag: "queue-full", row: "40", description: "The server's deployment queue is full" },
  { platform: "coolify", tag: "stop-ignored", row: "53", description: "A stop is answered 200 and does nothing" },
  {
    platform: "coolify",
    tag: "out-of-memory",
    row: "52",
    description: "The container is OOM-killed and started again",
  },
  {
    platform: "coolify",
    tag: "exit-code",
    row: "52",
    argument: true,
    description: "The container exits with that code",
  },
] as const;

export type Sentinel = (typeof SENTINELS)[number];
export type SentinelPlatform = Sentinel["platform"];
export type SentinelTag<P extends SentinelPlatform> = Extract<Sentinel, { platform: P }>["tag"];

/** A sentinel found in an image reference; `argument` is null for those that take none. */
export interface FoundSentinel<P extends SentinelPlatform> {
  readonly tag: SentinelTag<P>;
  readonly argument: number | null;
}

const PREFIX = "sentinel-";

/** Finds the sentinel of the platform in an image's tag, or null. */
export function findSentinel<P extends SentinelPlatform>(platform: P, image: string): FoundSentinel<P> | null {
  const { tag } = parseImageReference(image);
  if (tag === null) return null;
  for (const sentinel of SENTINELS.filter((one) => one.platform === platform)) {
    const prefix = "row" in sentinel && tag.startsWith(`row-${sentinel.row}-`) ? `row-${sentinel.row}-` : PREFIX;
    if (!tag.startsWith(prefix)) continue;
    const wanted = tag.slice(prefix.length);
    const name = sentinel.tag as SentinelTag<P>;
    if (!("argument" in sentinel)) {
      if (wanted === name) return { tag: name, argument: null };
      continue;
    }
    const number = wanted.startsWith(`${name}-`) ? wanted.slice(name.length + 1) : "";
    if (/^\d{1,3}$/.test(number)) return { tag: name, argument: Number(number) };
  }
  return null;
}

/** The image reference that provokes a sentinel. */
export function sentinelImage<P extends SentinelPlatform>(
  name: string,
  tag: SentinelTag<P>,
  argument?: number,
): string {
  return `${name}:${PREFIX}${tag}${argument === undefined ? "" : `-${argument}`}`;
}

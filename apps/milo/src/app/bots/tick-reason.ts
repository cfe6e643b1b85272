import { formatDuration } from "@milo/placement";

const COUNTDOWN = /\bin (?:(\d+) h ?)?(?:(\d+) min ?)?(?:(\d+) s)?$/;

/**
 * A sentence that ends with a countdown ("K8s is full (30/30); tries AWS in 42 s"), as it reads so much later: the server
 * says it anew only when something happens. Any other sentence stays as it is.
 */
export function tickReason(reason: string, laterMs: number): string {
  const [countdown, ...parts] = COUNTDOWN.exec(reason) ?? [];
  if (countdown === undefined || countdown === "in ") return reason;
  const [hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  const leftMs = ((hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000 - Math.max(0, laterMs);
  const sentence = reason.slice(0, -countdown.length);
  return leftMs <= 0 ? `${sentence}any moment` : `${sentence}in ${formatDuration(leftMs)}`;
}

import type { CommandContext } from "../context.ts";
import { withProgress } from "../output/progress.ts";

/** Says on stderr, when milo takes its time, that it is being waited for. */
export function waitForMilo<T>({ api, output }: CommandContext, work: () => Promise<T>): Promise<T> {
  return withProgress(output.stderr, () => `waiting for milo at ${api.url}`, work);
}

import type { DeploymentPlatform } from "@milo/placement";

/**
 * What a look at one thing showed. `warn`: it works, but not as well as it should. `fail`: bots cannot run so. `skipped`:
 * it was not looked at, or cannot be seen from here; `seen` says why.
 */
export type Verdict = { status: "ok" | "warn" | "fail" | "skipped"; seen: string; fix?: string };

/** One check of the doctor. `id` is stable and names one thing, such as `k8s.permission.create-jobs`. */
export type Check = Verdict & { id: string };

/** What a platform's check-up has to know beside its settings. */
export type CheckUp = {
  /** The most bots milo may hold there. */
  limit: number;
  /** The most launches under way there at once. */
  launchConcurrency: number;
  /** What bots are given as milo's address. */
  miloUrl: string;
};

/**
 * Finds out why a platform would not run bots, apart from `PlatformService` so that running bots needs nothing of it.
 * Changes nothing on the platform: every call reads, is a dry run, or names something that cannot exist.
 */
export interface PlatformDiagnosis {
  readonly platform: DeploymentPlatform;
  /** Every check, in the order in which they build on each other. Never throws. */
  diagnose(): AsyncIterable<Check>;
}

/** A check, and those that must not have failed for it to say anything. */
export type CheckStep = { id: string; needs: readonly string[]; look(): Promise<Verdict> };

/**
 * Looks at one thing after another. A step that needs a failed one is skipped and says which, so that one fault shows
 * as one failure.
 */
export async function* runChecks(steps: readonly CheckStep[]): AsyncGenerator<Check> {
  /** Steps that tell nothing, and the failed one behind it. */
  const blocked = new Map<string, string>();
  const done = new Set<string>();
  for (const { id, needs, look } of steps) {
    const early = needs.find((need) => !done.has(need));
    if (early !== undefined) throw new Error(`The check ${id} needs ${early}, which does not come before it.`);
    done.add(id);
    const cause = needs.map((need) => blocked.get(need)).find((one) => one !== undefined);
    if (cause !== undefined) {
      blocked.set(id, cause);
      yield { id, status: "skipped", seen: `Not looked at, because ${cause} failed.` };
      continue;
    }
    const verdict = await lookSafely(look);
    if (verdict.status === "fail") blocked.set(id, id);
    yield { id, ...verdict };
  }
}

async function lookSafely(look: CheckStep["look"]): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    return { status: "fail", seen: error instanceof Error ? error.message : String(error) };
  }
}

export const ok = (seen: string): Verdict => ({ status: "ok", seen });
export const warn = (seen: string, fix: string): Verdict => ({ status: "warn", seen, fix });
export const fail = (seen: string, fix: string): Verdict => ({ status: "fail", seen, fix });
export const skipped = (seen: string, fix?: string): Verdict => ({
  status: "skipped",
  seen,
  ...(fix === undefined ? {} : { fix }),
});

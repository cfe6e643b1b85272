import { expect } from "vitest";
import type { Check, PlatformDiagnosis } from "../platform-diagnosis.ts";

/** Every check of one look. */
export async function readChecks(diagnosis: PlatformDiagnosis): Promise<Check[]> {
  const checks: Check[] = [];
  for await (const check of diagnosis.diagnose()) checks.push(check);
  return checks;
}

/**
 * One thing was broken: just this check says so and what to do about it, those that build on it are skipped and name it,
 * and all others say what they said while nothing was broken.
 */
export function expectOnly(seen: readonly Check[], whole: readonly Check[], id: string, status: Check["status"]): void {
  const broken = seen.find((check) => check.id === id);
  expect(broken, id).toMatchObject({ status, fix: expect.stringMatching(/\w/) });
  const others = seen.filter((check) => check.id !== id);
  const before = new Map(whole.map((check) => [check.id, check.status]));
  for (const check of others) {
    if (check.seen === `Not looked at, because ${id} failed.`) expect(check.status).toBe("skipped");
    else expect(check, check.id).toMatchObject({ status: before.get(check.id) ?? "a check that was there before" });
  }
}

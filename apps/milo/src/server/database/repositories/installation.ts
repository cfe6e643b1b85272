import { createHmac, timingSafeEqual } from "node:crypto";
import type { Queryable } from "#server/database/client.ts";

export type Installation = { id: string; attemptSecret: string };

/** The one row made with the database. */
export async function readInstallation(sql: Queryable): Promise<Installation> {
  const [row] = await sql<Installation[]>`SELECT id, attempt_secret AS "attemptSecret" FROM installation`;
  if (row === undefined) throw new Error("The installation row is missing: the database was not migrated by milo.");
  return row;
}

/** The token of one attempt: an HMAC of its launch key, so that any replica can derive it and none stores it. */
export function attemptToken(installation: Installation, launchKey: string): string {
  return createHmac("sha256", installation.attemptSecret).update(launchKey).digest("hex");
}

export function isAttemptToken(installation: Installation, launchKey: string, token: string): boolean {
  const expected = Buffer.from(attemptToken(installation, launchKey));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

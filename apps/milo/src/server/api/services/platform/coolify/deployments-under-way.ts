import type { Result } from "./coolify-api.ts";
import type { CoolifyContext } from "./coolify-context.ts";
import type { CoolifyApplication, CoolifyDeployment } from "./coolify-records.ts";

/** One list of all applications of the team, and of all their deployments that are queued or in progress. */
export type Listing = { applications: Iterable<CoolifyApplication>; active: readonly CoolifyDeployment[] };

/**
 * An application's deployments that are queued or in progress. Coolify's list of those tells whose they are by name
 * alone, and names are not unique: where another application bears the same, they are asked for by uuid, so that no
 * deployment of the other's is ever taken for, or cancelled as, this one's.
 */
export async function deploymentsUnderWay(
  context: CoolifyContext,
  application: CoolifyApplication,
  listing: Listing,
  signal: AbortSignal,
): Promise<Result<CoolifyDeployment[]>> {
  const underWay = listing.active.filter((deployment) => deployment.application_name === application.name);
  if (underWay.length === 0) return { kind: "ok", value: [] };
  for (const other of listing.applications) {
    if (other.name === application.name && other.uuid !== application.uuid) {
      return context.api.deploymentsOf(application.uuid, signal);
    }
  }
  return { kind: "ok", value: underWay };
}

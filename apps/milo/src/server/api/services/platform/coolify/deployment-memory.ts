import { activeDeployments } from "./application-state.ts";
import type { CoolifyDeployment } from "./coolify-records.ts";

/**
 * Deployments that are over, by application. Nothing changes about them any more, and a further one is seen under way
 * first; so an application that shows no container yet, since its status comes minutes late, is asked about once and
 * not with every listing.
 */
export class DeploymentMemory {
  readonly #over = new Map<string, CoolifyDeployment[]>();

  get(uuid: string): CoolifyDeployment[] | null {
    return this.#over.get(uuid) ?? null;
  }

  /** Remembers an application's deployments if there are any and all are over; forgets them otherwise. */
  note(uuid: string, deployments: CoolifyDeployment[]): void {
    if (deployments.length > 0 && activeDeployments(deployments).length === 0) this.#over.set(uuid, deployments);
    else this.#over.delete(uuid);
  }

  /** Forgets all applications but these. */
  keepOnly(uuids: ReadonlySet<string>): void {
    for (const uuid of this.#over.keys()) {
      if (!uuids.has(uuid)) this.#over.delete(uuid);
    }
  }
}

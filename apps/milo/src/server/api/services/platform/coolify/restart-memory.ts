import type { CoolifyApplication } from "./coolify-records.ts";

/**
 * The restarts this process has seen of each application. Coolify counts them only while it shows the container: once
 * it has given up on one that restarts, and removed it, the count is gone, and with it the evidence that the bot ended.
 */
export class RestartMemory {
  #counts = new Map<string, number>();

  /** The applications with the most restarts ever seen of each. Those that are listed no more are forgotten. */
  remember(applications: readonly CoolifyApplication[]): CoolifyApplication[] {
    const before = this.#counts;
    this.#counts = new Map();
    return applications.map((application) => {
      const restarts = Math.max(application.restart_count ?? 0, before.get(application.uuid) ?? 0);
      if (restarts === 0) return application;
      this.#counts.set(application.uuid, restarts);
      return { ...application, restart_count: restarts };
    });
  }
}

import type { DockerContainer } from "./docker-host.ts";

/**
 * The status string of an application's containers. Without a health check the second half is always `unknown`;
 * no container at all reads `exited:unhealthy`, the same as an application that was never started.
 */
export function aggregateStatus(containers: readonly DockerContainer[]): string {
  if (containers.length === 0) return "exited:unhealthy";
  const states = new Set(containers.map(({ state }) => state));
  if (states.size > 1) return "degraded:unhealthy";
  if (states.has("running")) return "running:unknown";
  return states.has("restarting") ? "restarting:unknown" : "exited:unhealthy";
}

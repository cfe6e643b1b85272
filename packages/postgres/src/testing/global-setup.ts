import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { sharedClusterParent } from "../reachable-paths.ts";
import { startPostgres } from "../start-postgres.ts";

// Losing this cluster in a power cut costs nothing; waiting for the disk in every test would.
const THROWAWAY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };

let shared: { users: number; stop: () => Promise<void>; adminUrl: string } | null = null;

/** Starts one cluster for the run, however many projects ask for it, and removes it after the last. */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  shared ??= await startThrowaway();
  shared.users++;
  project.provide("postgresAdminUrl", shared.adminUrl);
  return async () => {
    if (shared === null || --shared.users > 0) return;
    const { stop } = shared;
    shared = null;
    await stop();
  };
}

async function startThrowaway() {
  const dataDir = mkdtempSync(join(tmpdir(), "milo-test-postgres-"));
  const running = await startPostgres({ dataDir, settings: THROWAWAY });
  const stop = async () => {
    await running.stop();
    for (const folder of [dataDir, sharedClusterParent(dataDir)]) rmSync(folder, { recursive: true, force: true });
  };
  return { users: 0, stop, adminUrl: running.adminUrl };
}

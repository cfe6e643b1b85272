import { setTimeout as delay } from "node:timers/promises";
import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import { createServices } from "@milo/milo/server/api/services/index.ts";
import { openDatabase } from "@milo/milo/server/database/client.ts";
import { createFileLogger } from "./file-logger.ts";
import { type CallersSetup, machineMs } from "./messages.ts";

const PAGE = 20;
const PAUSE_MS = 100;

/** The web side: callers that read the queue again and again, and tell of each answer and each failure. */
const setup = JSON.parse(process.argv[2] ?? "{}") as CallersSetup;
const database = openDatabase(setup.url, { applicationName: "bench-web", maxConnections: setup.callers });
const log = createFileLogger("web", setup.logFile);
const { hybrid } = createServices({ sql: database.sql, plan: setup.plan, times: DEFAULT_TIMES, log });
const stopping = new AbortController();

async function readOn(): Promise<void> {
  while (!stopping.signal.aborted) {
    const answered = await hybrid.getQueuedBots({ limit: PAGE }).then(
      () => true,
      () => false,
    );
    if (process.connected) process.send?.({ kind: "read", answered, atMs: machineMs() });
    await delay(PAUSE_MS);
  }
}

const reading = Array.from({ length: setup.callers }, readOn);
process.on("message", async (message: { kind: string }) => {
  if (message.kind !== "stop") return;
  stopping.abort();
  await Promise.all(reading);
  await hybrid.close();
  await database.close();
  process.disconnect();
});
process.send?.({ kind: "ready" });

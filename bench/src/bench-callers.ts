import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import { createServices, type Services } from "@milo/milo/server/api/services/index.ts";
import { openDatabase } from "@milo/milo/server/database/client.ts";
import { createFileLogger } from "./file-logger.ts";
import type { CallersSetup, Go, PlacementsDone } from "./messages.ts";

type Tally = Pick<PlacementsDone, "latenciesMs" | "waiting" | "refused">;

/** The web side: callers that create one bot after another, each with a committed call of its own. */
const setup = JSON.parse(process.argv[2] ?? "{}") as CallersSetup;
const database = openDatabase(setup.url, { applicationName: "bench-web", maxConnections: setup.callers });
const log = createFileLogger("web", setup.logFile);
const services = createServices({ sql: database.sql, plan: setup.plan, times: DEFAULT_TIMES, log });

async function place(total: number): Promise<Tally> {
  const tally: Tally = { latenciesMs: [], waiting: 0, refused: 0 };
  let next = 0;
  const caller = async () => {
    while (next < total) await placeOne(services, ++next, tally);
  };
  await Promise.all(Array.from({ length: setup.callers }, caller));
  return tally;
}

async function placeOne({ deployment }: Services, number: number, tally: Tally): Promise<void> {
  const calledMs = performance.now();
  const result = await deployment.create({
    name: `Bench ${number}`,
    meetingPlatform: "zoom",
    meetingUrl: `https://zoom.example/j/${number}`,
    priority: 0,
  });
  if (!result.success) tally.refused++;
  else if (result.queued === true || result.platform === undefined) tally.waiting++;
  else tally.latenciesMs.push(performance.now() - calledMs);
}

async function run(placements: number): Promise<PlacementsDone> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const tally = await place(placements);
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  return { kind: "done", elapsedMs, ...tally, cpuMs: (user + system) / 1_000 };
}

process.on("message", async (message: Go | { kind: "stop" }) => {
  if (message.kind === "go") process.send?.(await run(message.placements));
  if (message.kind === "stop") {
    await services.hybrid.close();
    await database.close();
    process.disconnect();
  }
});
process.send?.({ kind: "ready" });

import { randomUUID } from "node:crypto";
import type { MeetingDriver } from "./drivers/meeting-driver.ts";
import { systemClock } from "./effects/clock.ts";
import type { Effects } from "./effects/effects.ts";
import { createLog } from "./effects/log.ts";
import { processEnvironment, readBotEnvironment } from "./environment.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { LeavePatience } from "./session/attend.ts";
import { createLeaveOrder } from "./session/leave-order.ts";
import { runSession } from "./session/session.ts";

/**
 * Runs one bot as this process: reads the environment, leaves on SIGTERM and SIGINT, exits with a documented code.
 *
 * @param leavePatience overrides how long the driver may take to leave
 */
export async function runProcess(
  createDriver: (effects: Effects) => MeetingDriver,
  leavePatience?: LeavePatience,
): Promise<never> {
  // A reader of the log that goes away must not end a call.
  process.stdout.on("error", () => undefined);
  const write = (line: string) => void process.stdout.write(line);
  const read = readBotEnvironment(processEnvironment());
  if (!read.ok) {
    createLog(write)("error", read.problem);
    process.exit(EXIT_CODES.badEnvironment);
  }
  const { environment } = read;
  const log = createLog(write, { launchKey: environment.MILO_LAUNCH_KEY });
  const effects: Effects = { fetch, clock: systemClock, random: Math.random, newId: randomUUID, log };
  const leave = createLeaveOrder();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => leave.order("terminated"));
  process.on("uncaughtException", (error) => {
    log("error", "an error nobody handled", { error: error.stack });
    process.exit(EXIT_CODES.crashed);
  });
  const exitCode = await runSession({ environment, driver: createDriver(effects), effects, leave, leavePatience });
  log("info", "exiting", { exitCode });
  process.exit(exitCode);
}

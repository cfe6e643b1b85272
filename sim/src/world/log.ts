import type { DispatcherContext } from "@milo/milo/server/dispatcher/context.ts";
import type { Violation } from "../checks/violation.ts";

type Log = DispatcherContext["log"];

/**
 * Listens for the one alarm that milo raises about itself: a slot number taken twice, which only an admission
 * that forgot its lock can cause, and which the index stopped from doing harm.
 */
export function createAlarmLog(reported: Violation[]): Log {
  const silent = () => {};
  const error = (fields: unknown, message?: string) => {
    const alarm = typeof fields === "object" && fields !== null && "alarm" in fields ? fields.alarm : undefined;
    if (alarm === "slot_clash") reported.push({ promise: 1, what: message ?? "A slot was taken twice", botId: null });
  };
  return { trace: silent, debug: silent, info: silent, warn: silent, fatal: error, error } as unknown as Log;
}

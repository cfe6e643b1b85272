import { openSync, writeSync } from "node:fs";
import { createLogger } from "@milo/milo/server/logging/create-logger.ts";

/** The real log at its default level, into a file: writing it is part of the work. */
export function createFileLogger(name: string, path: string) {
  const file = openSync(path, "a");
  const destination = { write: (line: string) => void writeSync(file, line) };
  return createLogger({ name, level: "info", destination });
}

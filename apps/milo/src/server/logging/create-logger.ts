import { type DestinationStream, type Logger, pino } from "pino";
import { hideSecrets } from "./known-secrets.ts";
import { maskUrls } from "./mask-urls.ts";

export type LoggerOptions = {
  /** The process, as it is named in every line: `web`, `dispatcher`. */
  name: string;
  level: string;
  /** Where lines go; standard output unless a test reads them. */
  destination?: DestinationStream;
};

/** Members that hold secrets, wherever in a record they occur up to two levels down. */
const SECRET_MEMBERS = [
  "authorization",
  "cookie",
  "password",
  "token",
  "accessToken",
  "apiToken",
  "attemptToken",
  "attemptSecret",
  "MILO_ATTEMPT_TOKEN",
];

/**
 * The log of one process: a line of JSON per event. Secrets are hidden by name and, where they are known, by value, and the query
 * string of every address by its form, in whatever field, message or stack it turns up.
 */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_MEMBERS.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]),
        censor: "(hidden)",
      },
    },
    { write: (line: string) => destination.write(maskUrls(hideSecrets(line))) },
  );
}

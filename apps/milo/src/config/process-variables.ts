import { DEFAULT_REPLACE_POLICY, REPLACE_POLICIES } from "@milo/placement";
import { z } from "zod";
import { httpAddressText, integerText, plainText, variableRegistry } from "./variable.ts";

const BOTH = ["web", "dispatcher"] as const;
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** What every process reads beside plan and times. */
export const COMMON_SHAPE = {
  DATABASE_URL: z
    .string()
    .refine((value) => /^postgres(ql)?:\/\/./.test(value), "must begin with postgres:// or postgresql://")
    .register(variableRegistry, {
      meaning: "The PostgreSQL database. `npm start` runs an embedded PostgreSQL when it is not set.",
      example: "postgres://milo:secret@db.internal:5432/milo",
      processes: BOTH,
      requiredWhen: "when web or dispatcher run on their own",
      secret: "in-url",
    }),
  MILO_DATA_DIR: plainText().default(".data").register(variableRegistry, {
    meaning: "The folder of the embedded database and other local state.",
    example: "/var/lib/milo",
    processes: BOTH,
  }),
  REPLACE_LOST_BOTS: z
    .enum(REPLACE_POLICIES, `must be one of ${REPLACE_POLICIES.join(", ")}`)
    .default(DEFAULT_REPLACE_POLICY)
    .register(variableRegistry, {
      meaning:
        "Which bots get a new container when theirs is lost in the call: `none`; `infrastructure`: those that the platform lost; `any`: those too whose container ended by its own fault. A bot lost by the platform before it joined is always replaced.",
      example: "infrastructure",
      processes: BOTH,
    }),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`)
    .default("info")
    .register(variableRegistry, {
      meaning: `The least severe message that is logged: ${LOG_LEVELS.join(", ")}.`,
      example: "debug",
      processes: BOTH,
    }),
};

/** What only the web process reads. */
export const WEB_SHAPE = {
  HOST: plainText()
    .default("127.0.0.1")
    .register(variableRegistry, {
      meaning: "The address the console and the API listen on. Anything but loopback needs MILO_ACCESS_TOKEN.",
      example: "0.0.0.0",
      processes: ["web"],
    }),
  PORT: integerText(0, 65_535)
    .default(3_000)
    .register(variableRegistry, {
      meaning: "The port the console and the API listen on; 0 = any free one.",
      example: "3000",
      processes: ["web"],
    }),
  MILO_ACCESS_TOKEN: z
    .string()
    .min(16, "must have at least 16 characters")
    .optional()
    .register(variableRegistry, {
      meaning: "The secret that opens console and API to operators.",
      example: "6f1c0a57e2b94d38a1d5",
      processes: ["web"],
      requiredWhen: "when HOST is not a loopback address",
      secret: true,
    }),
};

/** What only the dispatcher reads, the platforms aside. */
export const DISPATCHER_SHAPE = {
  MILO_PUBLIC_URL: httpAddressText().register(variableRegistry, {
    meaning: "Where bots reach the web process; given to every bot.",
    example: "https://milo.example.com",
    processes: ["dispatcher"],
    requiredWhen: "always: bots call home to it",
  }),
  DISPATCHER_HOST: plainText()
    .default("127.0.0.1")
    .register(variableRegistry, {
      meaning: "The address /healthz, /readyz and /metrics of the dispatcher listen on.",
      example: "0.0.0.0",
      processes: ["dispatcher"],
    }),
  DISPATCHER_PORT: integerText(0, 65_535)
    .default(9_464)
    .register(variableRegistry, {
      meaning: "The port of /healthz, /readyz and /metrics of the dispatcher; 0 = any free one.",
      example: "9464",
      processes: ["dispatcher"],
    }),
};

/** Whether only this machine can reach an address that is listened on. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

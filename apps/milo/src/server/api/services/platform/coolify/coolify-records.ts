import { z } from "zod";

/** An application as far as this adapter reads it. Everything else in the record is ignored. */
const applicationRecord = z.object({
  uuid: z.string().min(1),
  name: z.string(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  /** Whether the docker server is functional; appended to each application by Coolify. */
  server_status: z.boolean().nullish(),
  created_at: z.string().nullish(),
  /** How often docker has started the container again after it ended. */
  restart_count: z.number().nullish(),
  /** Despite its name: when `status` last changed. */
  last_online_at: z.string().nullish(),
});

const deploymentRecord = z.object({
  deployment_uuid: z.string().min(1),
  status: z.string(),
  application_name: z.string().nullish(),
  created_at: z.string().nullish(),
  /** A JSON string of log lines; absent without the ability read:sensitive. */
  logs: z.string().nullish(),
});

const logsRecord = z.object({ logs: z.string() });
const createdRecord = z.object({ uuid: z.string().min(1) });
const deployRecord = z.object({
  deployments: z.array(z.object({ message: z.string().nullish(), deployment_uuid: z.string().nullish() })).min(1),
});

export type CoolifyApplication = z.infer<typeof applicationRecord>;
export type CoolifyDeployment = z.infer<typeof deploymentRecord>;
export type DeployOrder = z.infer<typeof deployRecord>["deployments"][number];

export function readApplication(json: unknown): CoolifyApplication | null {
  return applicationRecord.safeParse(json).data ?? null;
}

/** Every application of a list; null when one can't be read, since it might be ours. */
export function readApplications(json: unknown): CoolifyApplication[] | null {
  return readEach(json, applicationRecord);
}

/** Coolify sorts by key and may so answer an object of numbered members in place of an array. */
export function readDeployments(json: unknown): CoolifyDeployment[] | null {
  return readEach(json, deploymentRecord);
}

/** An application's deployments, newest first: `{count, deployments}`, whatever the API description says. */
export function readDeploymentsOfApplication(json: unknown): CoolifyDeployment[] | null {
  const wrapped = z.object({ deployments: z.unknown() }).safeParse(json);
  return wrapped.success ? readDeployments(wrapped.data.deployments) : null;
}

/** An application's log, oldest line first. */
export function readLogs(json: unknown): string[] | null {
  const logs = logsRecord.safeParse(json).data?.logs;
  return logs === undefined ? null : logs.split("\n").filter((line) => line !== "");
}

export function readCreated(json: unknown): string | null {
  return createdRecord.safeParse(json).data?.uuid ?? null;
}

export function readDeployOrder(json: unknown): DeployOrder | null {
  return deployRecord.safeParse(json).data?.deployments[0] ?? null;
}

/** Whether the settings of a server call it out of order; anything unreadable does not. */
export function isServerOutOfOrder(json: unknown): boolean {
  const flag = z.union([z.boolean(), z.literal([0, 1]).transform((bit) => bit === 1)]);
  const settings = z.object({ settings: z.object({ is_reachable: flag, is_usable: flag }).partial() }).safeParse(json);
  return (
    settings.success && (settings.data.settings.is_reachable === false || settings.data.settings.is_usable === false)
  );
}

function readEach<T>(json: unknown, schema: z.ZodType<T>): T[] | null {
  if (typeof json !== "object" || json === null) return null;
  const parsed = z.array(schema).safeParse(Object.values(json));
  return parsed.success ? parsed.data : null;
}

import type { CoolifyApi, Failed, Result } from "./coolify-api.ts";
import type { CoolifyApplication } from "./coolify-records.ts";
import type { CoolifySettings } from "./coolify-settings.ts";
import type { DeploymentMemory } from "./deployment-memory.ts";
import { isOurs, oldestFirst } from "./ownership.ts";
import type { SharedLook } from "./shared-look.ts";
import type { StopMemory } from "./stop-memory.ts";
import type { VersionKnowledge } from "./version-knowledge.ts";

/** What the adapter's operations share. */
export type CoolifyContext = {
  settings: CoolifySettings;
  api: CoolifyApi;
  version: VersionKnowledge;
  stops: StopMemory;
  look: SharedLook;
  over: DeploymentMemory;
};

/** Applications under one name: ours, oldest first, and whether someone else uses the name too. */
export type Namesakes = { ours: CoolifyApplication[]; isForeignThere: boolean };

/** Looks a launch key up by its exact name, which is the only key that Coolify lets us choose. */
export async function findNamesakes(
  context: CoolifyContext,
  name: string,
  signal: AbortSignal,
): Promise<{ kind: "ok"; value: Namesakes } | Failed> {
  const listed = await context.api.listApplications(signal);
  if (listed.kind === "absent") return { kind: "unknown", reason: "Coolify: the list of applications is not there" };
  if (listed.kind !== "ok") return listed;
  const named = listed.value.filter((application) => application.name === name);
  const ours = oldestFirst(named.filter((application) => isOurs(application, context.settings.installationId)));
  return { kind: "ok", value: { ours, isForeignThere: ours.length < named.length } };
}

/** The application of a launch: by its uuid, else the oldest of its name. Absent when it is not ours. */
export async function loadApplication(
  context: CoolifyContext,
  ref: { launchKey: string; identifier: string | null },
  signal: AbortSignal,
): Promise<Result<CoolifyApplication>> {
  if (ref.identifier) {
    const got = await context.api.getApplication(ref.identifier, signal);
    if (got.kind === "ok" && !isOurs(got.value, context.settings.installationId)) return { kind: "absent" };
    return got;
  }
  const found = await findNamesakes(context, ref.launchKey, signal);
  if (found.kind !== "ok") return found;
  const [oldest] = found.value.ours;
  return oldest ? { kind: "ok", value: oldest } : { kind: "absent" };
}

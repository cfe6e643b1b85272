import { type DeploymentPlatform, readPlatformPlan } from "@milo/placement";
import type { Check, CheckUp } from "#server/api/services/platform/platform-diagnosis.ts";
import { createDiagnosis } from "#server/platforms/create-diagnosis.ts";
import type { RawEnvironment } from "../../config/problem.ts";
import { readPlatformConfigs } from "../../config/read-config.ts";
import { usageError } from "../exit-codes.ts";
import { checkConfiguration, usesEmbeddedDatabase } from "./check-configuration.ts";
import { checkDatabase, type Found } from "./check-database.ts";
import { checkPublicUrl } from "./check-public-url.ts";

export type Examination = {
  env: RawEnvironment;
  /** Platforms to look at; empty for all of the plan. */
  only: readonly DeploymentPlatform[];
  nowMs: () => number;
  /** Told what is being looked at. */
  onBegin: (what: string) => void;
  onEnd: (what: string) => void;
};

/** Stands in for the id of an installation whose database cannot be read: nothing that bears it is ever made. */
const NO_INSTALLATION = "doctor";

/**
 * Every check, in the order in which they build on each other. Changes nothing anywhere. The platforms and the address
 * are looked at side by side.
 */
export async function examine(examination: Examination): Promise<Check[]> {
  const { env, onBegin, onEnd } = examination;
  const { checks: configuration } = checkConfiguration(env);
  const failed = configuration.filter(({ status }) => status === "fail").map(({ id }) => id);
  const found: Found = { installationId: null };
  const look = async (what: string, checks: AsyncIterable<Check>) => {
    onBegin(what);
    const seen: Check[] = [];
    for await (const check of checks) seen.push(check);
    onEnd(what);
    return seen;
  };
  const database = await look("the database", examineDatabase(examination, failed, found));
  const installationId = found.installationId ?? NO_INSTALLATION;
  const [address, ...platforms] = await Promise.all([
    look("MILO_PUBLIC_URL", examinePublicUrl(env)),
    ...plannedPlatforms(examination).map(({ platform, checkUp }) =>
      look(platform, examinePlatform(env, platform, installationId, checkUp)),
    ),
  ]);
  const noPlan: Check[] =
    platforms.length > 0
      ? []
      : [{ id: "platforms", status: "skipped", seen: "Not looked at, because there is no usable plan." }];
  return [...configuration, ...database, ...address, ...platforms.flat(), ...noPlan];
}

async function* examineDatabase(
  { env, nowMs }: Examination,
  failed: readonly string[],
  found: Found,
): AsyncGenerator<Check> {
  const url = (env.DATABASE_URL ?? "").trim();
  if (usesEmbeddedDatabase(env)) {
    yield {
      id: "database",
      status: "skipped",
      seen: "DATABASE_URL is not set: npm start runs a database of its own and checks it as it starts.",
    };
  } else if (failed.includes("config.DATABASE_URL")) {
    yield { id: "database", status: "skipped", seen: "Not looked at, because config.DATABASE_URL failed." };
  } else yield* checkDatabase(url, found, nowMs);
}

async function* examinePublicUrl(env: RawEnvironment): AsyncGenerator<Check> {
  const url = (env.MILO_PUBLIC_URL ?? "").trim().replace(/\/+$/, "");
  const isUsable = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (isUsable) yield* checkPublicUrl(url);
  else yield { id: "public-url", status: "skipped", seen: "Not looked at, because config.MILO_PUBLIC_URL failed." };
}

function plannedPlatforms({ env, only }: Examination): { platform: DeploymentPlatform; checkUp: CheckUp }[] {
  const plan = readPlatformPlan(env);
  if (!plan.ok) return [];
  const planned = plan.plan.platforms.map(({ platform, limit, launchConcurrency }) => ({
    platform,
    checkUp: { limit, launchConcurrency, miloUrl: (env.MILO_PUBLIC_URL ?? "").trim() || "http://localhost" },
  }));
  const missing = only.find((wanted) => !planned.some(({ platform }) => platform === wanted));
  if (missing !== undefined) throw usageError(`${missing} is not in the plan: see PLATFORM_PRIORITY and its limit.`);
  return planned.filter(({ platform }) => only.length === 0 || only.includes(platform));
}

async function* examinePlatform(
  env: RawEnvironment,
  platform: DeploymentPlatform,
  installationId: string,
  checkUp: CheckUp,
): AsyncGenerator<Check> {
  const read = readPlatformConfigs(env, [platform]);
  if (!read.ok) {
    const variables = read.problems.map(({ variable }) => `config.${variable}`).join(", ");
    yield { id: platform, status: "skipped", seen: `Not looked at, because ${variables} failed.` };
    return;
  }
  const diagnosis = createDiagnosis(platform, read.config, installationId, checkUp);
  if (diagnosis !== null) yield* diagnosis.diagnose();
}

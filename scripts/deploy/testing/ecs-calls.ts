import { createEcsEmulator, type RequestLogEntry } from "@milo/emulators";
import { EcsPlatformService } from "../../../apps/milo/src/server/api/services/platform/aws-ecs/ecs-platform-service.ts";
import { ecsSettings, launchOf } from "../../../apps/milo/src/server/api/services/platform/aws-ecs/testing/ecs-wire.ts";
import { REGION, readAwsFile, type TaskDefinitionFile } from "./aws-files.ts";

/** The cluster of the IAM policy. */
export const CLUSTER = "meeting-bots";
const NETWORK = { subnets: ["subnet-0a1b2c3d4e5f60718"], securityGroups: ["sg-0a1b2c3d4e5f60718"] };
/** Tasks pass through their states in fractions of a second here. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 50;
const NEVER = new AbortController().signal;
const SECRETS = { attemptToken: "token-of-an-attempt" };

/**
 * Has the adapter make every kind of call it knows, with the task definition of deploy/aws, to an emulated cluster,
 * and answers what that cluster was sent.
 */
export async function recordEcsCalls(): Promise<readonly RequestLogEntry[]> {
  const definition = readAwsFile<TaskDefinitionFile>("task-definition.json");
  const [image = ""] = definition.containerDefinitions.map((container) => container.image.split(":")[0]);
  await using emulator = await createEcsEmulator({
    region: REGION,
    clusters: [{ name: CLUSTER }],
    images: { [image]: ["sleep", "600"] },
    taskDefinitions: [definition],
  });
  const bot = { taskDefinition: `${definition.family}:1`, containerName: "bot" };
  for (const useSpot of [false, true]) {
    const service = new EcsPlatformService(
      ecsSettings({
        ...NETWORK,
        useSpot,
        region: REGION,
        endpoint: emulator.url,
        cluster: CLUSTER,
        taskDefinitions: { zoom: bot, "google-meet": bot, "microsoft-teams": bot },
      }),
    );
    await liveAndEnd(service, useSpot ? 2 : 1);
    service.close();
  }
  return [...emulator.requests()];
}

async function liveAndEnd(service: EcsPlatformService, botId: number): Promise<void> {
  const launch = launchOf({ botId, launchKey: `bot-abc234-${botId}-a1` });
  const request = service.render(launch);
  const made = await service.create(request, SECRETS, { resend: false, signal: NEVER });
  if (made.kind !== "created") throw new Error(`create answered ${JSON.stringify(made)}`);
  const ref = { launchKey: launch.launchKey, identifier: made.identifier, request };
  // By the request alone, as when the answer of create was lost.
  const byKey = await service.find({ ...ref, identifier: null });
  const listed = await service.list();
  const health = await service.checkHealth();
  if (byKey.kind !== "found" || listed.kind !== "listed" || !health.healthy) throw new Error("the cluster is not well");
  await until(async () => {
    const found = await service.find(ref);
    return found.kind === "found" && found.workload.state === "running";
  });
  await until(async () => (await service.stop(ref)).kind === "gone");
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) throw new Error(`not within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

import type { EcsSettings } from "../ecs-settings.ts";

/** Where an emulated ECS is and how bots run in it, with one task definition for every meeting platform. */
export function emulatedSettings(emulator: { url: string }, taskDefinition = "bot:1") {
  const bot = { taskDefinition, containerName: "bot" };
  return {
    region: "us-east-1",
    endpoint: emulator.url,
    cluster: "bots",
    taskDefinitions: { zoom: bot, "google-meet": bot, "microsoft-teams": bot },
    subnets: ["subnet-0a1b2c3d4e5f60718"],
    securityGroups: ["sg-0a1b2c3d4e5f60718"],
    assignPublicIp: true,
    useSpot: false,
    platformVersion: "LATEST",
    tags: {},
    credentials: { accessKeyId: "AKIATESTTESTTESTTEST", secretAccessKey: "secret" },
  } satisfies Partial<EcsSettings>;
}

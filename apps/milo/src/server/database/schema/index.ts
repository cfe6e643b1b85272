export * from "./bot-events.ts";
export * from "./bots.ts";
export * from "./deployment-queue.ts";
export * from "./deployments.ts";
export * from "./platforms.ts";
export * from "./processes.ts";

export * from "./claim.ts";
export * from "./environment.ts";
export * from "./events.ts";
export * from "./heartbeat.ts";
export * from "./paths.ts";
export * from "./timing.ts";

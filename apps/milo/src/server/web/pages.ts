import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import next from "next";
import type { Handler } from "./http-messages.ts";

/** apps/milo, from this file's place in src as from its bundle's in dist. */
const APP_FOLDER = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The console, rendered by Next in this process. Next adds its live reload's upgrade listener to `upgrades`, a server
 * that never listens, so that our own server can decide who may upgrade.
 */
export async function createPages(options: {
  dev: boolean;
  host: string;
  port: number;
}): Promise<{ handler: Handler; upgrades: Server; close(): Promise<void> }> {
  const upgrades = createServer();
  const app = next({
    dev: options.dev,
    dir: APP_FOLDER,
    hostname: options.host,
    port: options.port,
    httpServer: upgrades,
    quiet: !options.dev,
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { handler: (request, response) => handle(request, response), upgrades, close: () => app.close() };
}

/**
 * Builds what production runs: the console (apps/milo/.next) and the bundles of web, dispatcher and migrations
 * (apps/milo/dist). `npm start` does it by itself when sources changed.
 *
 *   npm run build
 */
import { buildMilo } from "./start/build-milo.ts";

try {
  await buildMilo((text) => console.error(text), { always: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

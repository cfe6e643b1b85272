import { BOT_API } from "@milo/bot-contract";
import { SIGN_IN_PATH } from "./sign-in.ts";

export const HEALTH_PATH = "/healthz";
export const READY_PATH = "/readyz";
export const METRICS_PATH = "/metrics";
const API_PATH = "/api/trpc";

const PAGES = ["/", "/bots", "/capacity", "/infrastructure"];
const BOT_PAGE = "/bots/:id";
const ASSETS = "/_next";
/** Several procedures in one request. */
const BATCH = `${API_PATH}/(several)`;

const EXACT = [...PAGES, ...Object.values(BOT_API), SIGN_IN_PATH, HEALTH_PATH, READY_PATH, METRICS_PATH];

/** Every pattern that `routePattern` answers, but for what no pattern fits. */
export function routePatterns(procedures: readonly string[]): string[] {
  return [...EXACT, BOT_PAGE, ASSETS, BATCH, ...procedures.map((procedure) => `${API_PATH}/${procedure}`)];
}

/** The pattern of a path, for counting: never an id, an address or anything else that a caller may choose. */
export function routePattern(path: string | null, known: ReadonlySet<string>): string {
  if (path === null) return "other";
  if (known.has(path) && path !== BOT_PAGE) return path;
  if (path.startsWith(`${ASSETS}/`)) return ASSETS;
  if (/^\/bots\/\d+$/.test(path)) return BOT_PAGE;
  if (path.startsWith(`${API_PATH}/`) && path.includes(",")) return BATCH;
  return "other";
}

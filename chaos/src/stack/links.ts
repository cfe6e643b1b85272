import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform } from "@milo/placement";
import { createHttpTap, type Exchange } from "../net/http-tap.ts";
import { type Link, openLink } from "../net/link.ts";
import { nameBotCall, nameCallerCall, namePlatformRequest, nameStatement } from "../net/names.ts";
import { createPostgresTap } from "../net/postgres-tap.ts";
import type { Tap } from "../net/tap.ts";

/** An accepted claim as the bot was told of it, by the machine's clock. */
export type ClaimSeen = { launchKey: string; bootId: string; atMs: number };

export const DISPATCHERS = 3;
export const WEBS = 2;

export type Links = {
  /** Of each dispatcher, to the database and to each platform. */
  dispatchers: readonly { database: Link; platforms: Readonly<Record<DeploymentPlatform, Link>> }[];
  /** Of each web replica, to the database. */
  webs: readonly { database: Link }[];
  /** From bots to web, whichever replica is up. */
  bots: Link;
  /** From callers of the API to web. */
  callers: Link;
  all: readonly Link[];
  close(): void;
};

export type LinksOptions = {
  /** How many there are. */
  dispatchers?: number;
  databasePort: number;
  platformPort(platform: DeploymentPlatform): number;
  webPorts(): readonly number[];
  onClaim(claim: ClaimSeen): void;
  onChange(): void;
};

/** A proxy between each pair of parts that talk to each other. */
export async function openLinks(options: LinksOptions): Promise<Links> {
  const { databasePort, platformPort, webPorts, onClaim, onChange } = options;
  const all: Link[] = [];
  const open = async (name: string, target: () => number | null, tap: () => Tap) => {
    const link = await openLink({ name, target, tap, onChange });
    all.push(link);
    return link;
  };
  const toDatabase = (name: string) =>
    open(
      `${name}-database`,
      () => databasePort,
      () => createPostgresTap(nameStatement),
    );
  const toPlatform = async (name: string, platform: DeploymentPlatform) => {
    const tap = () => createHttpTap((line, head) => namePlatformRequest(platform, line, head));
    return [platform, await open(`${name}-${platform}`, () => platformPort(platform), tap)] as const;
  };
  const dispatchers = await Promise.all(
    numbered("dispatcher", options.dispatchers ?? DISPATCHERS).map(async (name) => ({
      database: await toDatabase(name),
      platforms: Object.fromEntries(
        await Promise.all(DEPLOYMENT_PLATFORMS.map((platform) => toPlatform(name, platform))),
      ) as Record<DeploymentPlatform, Link>,
    })),
  );
  const webs = await Promise.all(numbered("web", WEBS).map(async (name) => ({ database: await toDatabase(name) })));
  let turn = 0;
  const anyWeb = () => {
    const ports = webPorts();
    return ports[turn++ % Math.max(1, ports.length)] ?? null;
  };
  const bots = await open("bots-web", anyWeb, () => createHttpTap(nameBotCall, createClaimReader(onClaim)));
  const callers = await open("callers-web", anyWeb, () => createHttpTap(nameCallerCall));
  return { dispatchers, webs, bots, callers, all, close: () => all.forEach((link) => void link.close()) };
}

export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** Tells of each claim that was accepted, once for each answer. */
function createClaimReader(onClaim: (claim: ClaimSeen) => void): (exchange: Exchange) => void {
  const told = new WeakSet<Exchange>();
  return (exchange) => {
    if (exchange.name !== "bot-claim" || told.has(exchange) || !exchange.answer.includes('"accepted":true')) return;
    told.add(exchange);
    const launchKey = /"launchKey":"([^"]+)"/.exec(exchange.request)?.[1];
    const bootId = /"bootId":"([^"]+)"/.exec(exchange.request)?.[1];
    if (launchKey !== undefined && bootId !== undefined) onClaim({ launchKey, bootId, atMs: Date.now() });
  };
}

import type { Launch } from "../platform-service.ts";
import type { CoolifyApplication } from "./coolify-records.ts";

/**
 * The mark in an application's description that makes it ours. Names are not unique on Coolify, and tags can't be
 * read back from its list. Only letters, digits, spaces and `-=`: newer versions refuse much else in descriptions.
 */
export function descriptionOf(launch: Launch): string {
  const mark = markOf(launch.installationId);
  const { botId, attempt, meetingPlatform, maxDurationSeconds } = launch;
  return `${mark} bot=${botId} attempt=${attempt} meeting=${meetingPlatform} max-seconds=${maxDurationSeconds}`;
}

/** One tag per installation, for people who filter by it: a tag per bot would outlive its bot in Coolify for ever. */
export function tagOf(installationId: string): string {
  return `milo-${installationId}`;
}

/** Whether it bears our installation id, under whatever name. */
export function isOurs(application: CoolifyApplication, installationId: string): boolean {
  return `${application.description ?? ""} `.startsWith(`${markOf(installationId)} `);
}

/** The launch key of an application of ours: its name, unless someone renamed it. */
export function launchKeyOf(application: CoolifyApplication, installationId: string): string | null {
  const key = new RegExp(`^bot-${installationId}-\\d+-a\\d+$`);
  return key.test(application.name) ? application.name : null;
}

/** Oldest first. Coolify keeps seconds only, so the list's own order decides between equals. */
export function oldestFirst(applications: readonly CoolifyApplication[]): CoolifyApplication[] {
  return applications.toSorted((a, b) => Date.parse(a.created_at ?? "") - Date.parse(b.created_at ?? "") || 0);
}

function markOf(installationId: string): string {
  return `milo installation=${installationId}`;
}

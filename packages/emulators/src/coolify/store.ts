import { randomInt } from "node:crypto";
import type { Application, Deployment } from "./model.ts";
import { refuse } from "./responses.ts";

const UUID_LETTERS = "abcdefghijklmnopqrstuvwxyz";
const UUID_CHARACTERS = `${UUID_LETTERS}0123456789`;
const UUID_LENGTH = 24;

/** Makes an id in the form Coolify uses (cuid2). */
export function makeUuid(): string {
  const pick = (from: string) => from[randomInt(from.length)] ?? "a";
  return pick(UUID_LETTERS) + Array.from({ length: UUID_LENGTH - 1 }, () => pick(UUID_CHARACTERS)).join("");
}

/** The rows of the emulated Coolify. */
export class CoolifyStore {
  readonly applications = new Map<string, Application>();
  readonly deployments: Deployment[] = [];
  private lastId = 0;

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Throws 404 "Application not found.". */
  requireApplication(uuid: string): Application {
    const application = this.applications.get(uuid);
    if (application === undefined) throw refuse(404, "Application not found.");
    return application;
  }

  clear(): void {
    this.applications.clear();
    this.deployments.length = 0;
  }
}

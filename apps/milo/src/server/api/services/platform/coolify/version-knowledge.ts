import type { CoolifyApi, Failed } from "./coolify-api.ts";
import { fitToVersion, parseVersion } from "./version-gates.ts";

/** What this Coolify takes in a create: asked once, asked again when it turns out to have changed. */
export class VersionKnowledge {
  readonly #api: CoolifyApi;
  #text: string | null = null;
  readonly #refused = new Set<string>();

  constructor(api: CoolifyApi) {
    this.#api = api;
  }

  async fit(body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<FitResult> {
    if (this.#text === null) {
      const asked = await this.#api.version(signal);
      if (asked.kind === "absent") return { kind: "unknown", reason: "Coolify: it has no version" };
      if (asked.kind !== "ok") return asked;
      this.#text = asked.value;
    }
    return { kind: "ok", value: fitToVersion(body, parseVersion(this.#text), this.#refused) };
  }

  /** Remembers fields that the server called unknown; the version is asked again before the next create. */
  refuse(fields: readonly string[]): void {
    for (const field of fields) this.#refused.add(field);
    this.#text = null;
  }
}

type FitResult = { kind: "ok"; value: Record<string, unknown> } | Failed;

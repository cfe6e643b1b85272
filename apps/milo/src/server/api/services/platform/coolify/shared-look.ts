import type { CoolifyApi, Failed } from "./coolify-api.ts";
import type { CoolifyApplication, CoolifyDeployment } from "./coolify-records.ts";

/** One look at everything: later ones have higher numbers, and a number is given when a look begins. */
export type Look = {
  number: number;
  applications: ReadonlyMap<string, CoolifyApplication>;
  /** Queued and in progress. */
  active: readonly CoolifyDeployment[];
};

type LookResult = { kind: "ok"; value: Look } | Failed;

/**
 * Two calls that serve every stop under way, however many there are: asked one by one, a handful of stopping bots
 * would use up the requests that launches need.
 */
export class SharedLook {
  readonly #api: CoolifyApi;
  readonly #maxAgeMs: number;
  #lastNumber = 0;
  #latest: { beganAtMs: number; result: Promise<LookResult> } | null = null;

  constructor(api: CoolifyApi, maxAgeMs: number) {
    this.#api = api;
    this.#maxAgeMs = maxAgeMs;
  }

  /** The number of the latest look that began: only a higher one is sure to show what was done before now. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** The latest look unless it is too old, or failed. */
  async read(nowMs: number, signal: AbortSignal): Promise<LookResult> {
    if (!this.#latest || nowMs - this.#latest.beganAtMs >= this.#maxAgeMs) {
      this.#lastNumber += 1;
      this.#latest = { beganAtMs: nowMs, result: this.#look(this.#lastNumber, signal) };
    }
    const latest = this.#latest;
    const result = await latest.result;
    if (result.kind !== "ok" && this.#latest === latest) this.#latest = null;
    return result;
  }

  async #look(number: number, signal: AbortSignal): Promise<LookResult> {
    const listed = await this.#api.listApplications(signal);
    if (listed.kind === "absent") return { kind: "unknown", reason: "Coolify: a listing is not there" };
    if (listed.kind !== "ok") return listed;
    const active = await this.#api.activeDeployments(signal);
    if (active.kind === "absent") return { kind: "unknown", reason: "Coolify: a listing is not there" };
    if (active.kind !== "ok") return active;
    const applications = new Map(listed.value.map((application) => [application.uuid, application]));
    return { kind: "ok", value: { number, applications, active: active.value } };
  }
}

import type { Launch, PlatformService, RenderedRequest, Workload, WorkloadRef } from "../platform-service.ts";
import type { PlatformHarness, Sightings } from "./platform-harness.ts";

/** Bot ids of one run start at a random place, so that runs against one real endpoint do not meet. */
const FIRST_BOT_ID = 100_000 + Math.floor(Math.random() * 800_000);
/** Between two looks at an endpoint that has no way to tell us when something changes. */
const LOOK_EVERY_MS = 50;

/** One attempt under test: its launch, and what the service needs to act on it. */
export type Attempt = {
  launch: Launch;
  request: RenderedRequest;
  secrets: { attemptToken: string };
  ref: WorkloadRef;
};

/** What the contract's tests share: the harness, fresh attempts, and looking until something is so. */
export class ContractBench {
  private opened: PlatformHarness | null = null;
  private nextBotId = FIRST_BOT_ID;

  begin(harness: PlatformHarness): void {
    this.opened = harness;
  }

  async end(): Promise<void> {
    await this.opened?.close();
    this.opened = null;
  }

  get harness(): PlatformHarness {
    if (this.opened === null) throw new Error("the harness is used outside its tests");
    return this.opened;
  }

  /** A launch nobody has used, rendered by `service`. */
  attempt(service: PlatformService, installationId = this.harness.installationId): Attempt {
    const botId = this.nextBotId++;
    const launchKey = `bot-${installationId}-${botId}-a1`;
    const launch: Launch = {
      launchKey,
      installationId,
      botId,
      attempt: 1,
      meetingPlatform: "zoom",
      miloUrl: "http://127.0.0.1:9",
      maxDurationSeconds: 600,
    };
    const request = service.render(launch);
    const secrets = { attemptToken: `token-of-${launchKey}` };
    return { launch, request, secrets, ref: { launchKey, identifier: null, request } };
  }

  /** Creates the attempt, which must succeed, and answers a reference that carries its identifier. */
  async created(service: PlatformService, attempt: Attempt): Promise<WorkloadRef> {
    const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
    if (made.kind !== "created") throw new Error(`create answered ${JSON.stringify(made)}`);
    return { ...attempt.ref, identifier: made.identifier };
  }

  /** Creates and starts the attempt, and waits until its platform says that it runs. */
  async running(service: PlatformService, attempt: Attempt): Promise<WorkloadRef> {
    const ref = await this.created(service, attempt);
    const started = await service.start(ref, attempt.secrets, { signal: never() });
    if (started.kind !== "started") throw new Error(`start answered ${JSON.stringify(started)}`);
    await this.until(`${attempt.launch.launchKey} runs`, async () => {
      return (await this.workload(service, ref))?.state === "running";
    });
    return ref;
  }

  /** The workload as `find` reports it, or null. */
  async workload(service: PlatformService, ref: WorkloadRef): Promise<Workload | null> {
    const found = await service.find(ref);
    return found.kind === "found" ? found.workload : null;
  }

  /** Stops until the platform says that it is gone. */
  async stopped(service: PlatformService, ref: WorkloadRef): Promise<void> {
    await this.until(`${ref.launchKey} is gone`, async () => {
      const outcome = await service.stop(ref, { keep: async () => undefined });
      if (outcome.kind === "failed") throw new Error(outcome.reason);
      return outcome.kind === "gone" || outcome.kind === "absent";
    });
  }

  async sightings(launchKey: string): Promise<Sightings> {
    const witness = this.harness.witness;
    if (witness === undefined) throw new Error("this endpoint has no witness");
    return witness(launchKey);
  }

  /** Looks until `isSo`, for as long as the harness is patient. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endsAtMs = performance.now() + this.harness.patienceMs;
    while (!(await isSo())) {
      if (performance.now() > endsAtMs) throw new Error(`not within ${this.harness.patienceMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** A signal that nobody aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

import type { DeploymentPlatform } from "@milo/placement";
import type {
  CreateOutcome,
  HealthReport,
  Launch,
  PlatformService,
  StartOutcome,
  Workload,
} from "#server/api/services/platform/platform-service.ts";

export type FakePlatform = PlatformService & {
  /** Workloads by launch key, as the platform itself would tell. */
  workloads: Map<string, Workload>;
  /** Every create call, in order. */
  creates: string[];
  /** What the next creates answer instead of creating; empty = create. */
  nextCreates: CreateOutcome[];
  nextStarts: StartOutcome[];
  health: HealthReport;
  /** Set to make creates wait. */
  gate: Promise<void> | null;
  /** Set to make stops wait. */
  stopGate: Promise<void> | null;
};

/** A platform in memory that answers at once unless told otherwise. */
export function createFakePlatform(platform: DeploymentPlatform): FakePlatform {
  const fake: FakePlatform = {
    platform,
    workloads: new Map(),
    creates: [],
    nextCreates: [],
    nextStarts: [],
    health: { healthy: true, reason: "answers" },
    gate: null,
    stopGate: null,
    render: (launch: Launch) => ({ name: launch.launchKey }),
    async create(request, _secrets, { signal }) {
      const launchKey = String(request.name);
      fake.creates.push(launchKey);
      if (fake.gate !== null) await Promise.race([fake.gate, aborted(signal)]);
      if (signal.aborted) return { kind: "unknown", reason: "aborted" };
      const instead = fake.nextCreates.shift();
      if (instead !== undefined) return instead;
      const identifier = `${platform}/${launchKey}`;
      const adopted = fake.workloads.has(launchKey);
      if (!adopted) fake.workloads.set(launchKey, { identifier, launchKey, state: "inert" });
      return { kind: "created", identifier, adopted };
    },
    async start(ref) {
      const instead = fake.nextStarts.shift();
      if (instead !== undefined) return instead;
      const workload = fake.workloads.get(ref.launchKey);
      if (workload === undefined) return { kind: "failed", class: "transient", reason: "it is not there" };
      fake.workloads.set(ref.launchKey, { ...workload, state: "running" });
      return { kind: "started" };
    },
    async find(ref) {
      const workload = fake.workloads.get(ref.launchKey);
      return workload === undefined ? { kind: "absent" } : { kind: "found", workload };
    },
    async list() {
      return { kind: "listed", workloads: [...fake.workloads.values()] };
    },
    async stop(ref) {
      if (fake.stopGate !== null) await fake.stopGate;
      return fake.workloads.delete(ref.launchKey) ? { kind: "gone" } : { kind: "absent" };
    },
    async checkHealth() {
      return fake.health;
    },
  };
  return fake;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

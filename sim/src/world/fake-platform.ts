import type {
  CreateOutcome,
  DefiniteFailure,
  PlatformService,
  StartOutcome,
  StopOutcome,
  UnknownOutcome,
} from "@milo/milo/server/api/services/platform/platform-service.ts";
import type { Clock } from "../engine/clock.ts";
import type { Random } from "../engine/random.ts";
import { park } from "../engine/task.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import { toReport } from "./fake-workload.ts";
import type { Faults } from "./faults.ts";

export type PlatformParts = {
  clock: Clock;
  random: Random;
  faults: Faults;
  cluster: FakeCluster;
  /** Whether the sender of this launch may no longer send: its lease ran out while it was frozen before the send. */
  isLate(launchKey: string): boolean;
  /** Whether a call may be held up. */
  mayPark(): boolean;
};

/** A request in flight may take effect this long after its sender gave up on it, on platforms that create inertly. */
const LATE_INERT_MS = 600_000;
/**
 * And this long on ECS. A request that waits longer on the way has lost its connection: both ends give up sooner
 * than the 120 s of silence after which a launch that was never answered may count as absent.
 */
const LATE_ECS_MS = 90_000;
/** A listing may still lack what is this young. */
const LISTED_AFTER_MS = 3_000;

/** How often a call is held up on its way or on its way back. */
const PARK_SHARE = 0.5;

/** Wrong settings are rare: each shuts a platform out for minutes, and then nothing is tried there. */
const REFUSALS = [
  [30, "capacity"],
  [20, "throttled"],
  [20, "transient"],
  [15, "unavailable"],
  [10, "invalid"],
  [1, "config"],
  [1, "auth"],
] as const;
/** What a platform may answer although an earlier send had its effect. */
const REFUSALS_OF_EXISTING = [
  [20, "throttled"],
  [15, "unavailable"],
  [1, "auth"],
] as const;

/** One replica's client of a platform: every call parks before it is sent and before its answer is read. */
export function createFakePlatform(parts: PlatformParts): PlatformService {
  const { clock, random, faults, cluster } = parts;
  const { platform } = cluster;
  const unknown = (reason: string): UnknownOutcome => ({ kind: "unknown", reason });

  const isDark = () => clock.nowMs() < cluster.darkUntilMs;

  /** Happens now, never, or later; the sender does not learn which. */
  function happenUnseen(effect: () => void): void {
    const lateMs = platform === "aws" ? LATE_ECS_MS : LATE_INERT_MS;
    const { generation } = cluster;
    const effectLater = () => {
      if (cluster.generation === generation) effect();
    };
    const fate = random.weighted([
      [4, () => effect()],
      [3, () => {}],
      [3, () => clock.after(random.integer(1_000, lateMs), effectLater)],
    ] as const);
    fate();
  }

  function refuse(exists: boolean): DefiniteFailure {
    const failureClass = exists ? random.weighted(REFUSALS_OF_EXISTING) : random.weighted(REFUSALS);
    const retryAfterMs = failureClass === "throttled" ? random.integer(500, 5_000) : undefined;
    return {
      kind: "failed",
      class: failureClass,
      reason: `The fake ${platform} answered ${failureClass}`,
      retryAfterMs,
    };
  }

  async function maybePark(call: string): Promise<void> {
    if (parts.mayPark() && random.chance(PARK_SHARE)) await park(`${platform}:${call}`);
  }

  async function answer<T>(outcome: T): Promise<T> {
    await maybePark("answer");
    return outcome;
  }

  return {
    platform,
    render: (launch) => ({ launchKey: launch.launchKey, form: "spot" }),
    async create(request, _secrets, { signal }): Promise<CreateOutcome> {
      const launchKey = String(request.launchKey);
      await maybePark("create");
      if (signal.aborted) return unknown("Given up before it was sent");
      const late = parts.isLate(launchKey);
      const make = () => cluster.create(launchKey, late);
      const exists = cluster.find(launchKey) !== undefined;
      if (isDark() || random.chance(faults.unknown)) {
        happenUnseen(make);
        return answer(unknown("The answer was lost"));
      }
      if (random.chance(faults.refusal)) {
        if (platform === "aws" && request.form === "spot" && !exists && random.chance(0.3)) {
          return answer({ kind: "retry_as", request: { ...request, form: "on-demand" }, reason: "No spot capacity" });
        }
        return answer(refuse(exists));
      }
      const { workload, adopted } = make();
      return answer({ kind: "created", identifier: workload.identifier, adopted });
    },
    async start(ref, _secrets, { signal }): Promise<StartOutcome> {
      await maybePark("start");
      if (signal.aborted) return unknown("Given up before it was sent");
      const workload = cluster.locate(ref);
      if (workload === undefined || workload.removed) {
        return answer({ kind: "failed", class: "transient", reason: "It is not there any more" });
      }
      const go = () => {
        if (!workload.removed) cluster.start(workload);
      };
      if (isDark() || random.chance(faults.unknown)) {
        happenUnseen(go);
        return answer(unknown("The answer was lost"));
      }
      if (workload.state === "inert" && random.chance(faults.refusal)) return answer(refuse(true));
      go();
      return answer({ kind: "started" });
    },
    async find(ref) {
      const workload = cluster.locate(ref);
      if (workload === undefined || workload.removed || workload.hidden) return { kind: "absent" };
      return { kind: "found", workload: toReport(workload) };
    },
    async list() {
      await maybePark("list");
      if (isDark() || random.chance(faults.apiError)) return answer({ kind: "failed", reason: "One page failed" });
      const shown = cluster.workloads.filter(
        (w) => !w.removed && !w.hidden && (w.createdMs + LISTED_AFTER_MS <= clock.nowMs() || random.chance(0.7)),
      );
      return answer({ kind: "listed", workloads: shown.map(toReport) });
    },
    async stop(ref): Promise<StopOutcome> {
      await maybePark("stop");
      const heard = !isDark() && !random.chance(faults.apiError);
      if (!heard && random.chance(0.5)) return answer({ kind: "failed", reason: "The order was not taken" });
      const outcome = stopOnce();
      return answer(heard ? outcome : { kind: "failed", reason: "The answer was lost" });

      function stopOnce(): StopOutcome {
        const workload = cluster.locate(ref);
        if (workload === undefined || workload.removed) return { kind: "absent" };
        cluster.orderStop(workload);
        if (workload.state !== "ended") return { kind: "stopping" };
        // ECS goes on showing a stopped task; the others have it deleted, and only then answer that it is gone.
        if (platform !== "aws") cluster.remove(workload);
        return { kind: "gone" };
      }
    },
    async checkHealth() {
      await maybePark("health");
      const healthy = !isDark() && !random.chance(faults.apiError);
      return { healthy, reason: healthy ? "It answers" : "It does not answer" };
    },
  };
}

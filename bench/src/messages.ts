import type { EcsSettings } from "@milo/milo/server/api/services/platform/aws-ecs/ecs-settings.ts";
import type { CoolifySettings } from "@milo/milo/server/api/services/platform/coolify/coolify-settings.ts";
import type { KubernetesSettings } from "@milo/milo/server/api/services/platform/kubernetes/kubernetes-settings.ts";
import type { PlatformPlan } from "@milo/placement";

/** What a process of the benchmark is started with. */
export type DispatcherSetup = {
  url: string;
  plan: PlatformPlan;
  logFile: string;
  /** Tell the parent of each create call at once. */
  tellCreates: boolean;
  /** Its stand-ins take create calls and never answer them. */
  neverAnswers?: boolean;
  /** Instead of the default. */
  historyKeepMs?: number | undefined;
};
/** How the real adapters reach emulators; a platform that is not named is stood in for. */
export type EmulatedPlatforms = {
  k8s?: Pick<KubernetesSettings, "namespace" | "images" | "unschedulableGraceMs"> & { kubeconfig: string };
  aws?: Omit<EcsSettings, "installationId" | "timeouts">;
  coolify?: Omit<CoolifySettings, "installationId" | "statusSettleMs" | "deploymentStuckMs" | "timeouts">;
};
export type AdapterSetup = DispatcherSetup & { emulated: EmulatedPlatforms };
export type CallersSetup = { url: string; plan: PlatformPlan; logFile: string; callers: number };

/** Place so many bots and say how it went. */
export type Go = { kind: "go"; placements: number };
export type Ready = { kind: "ready" };
/** A platform was asked to create; `atMs` by the machine's monotonic clock. */
export type CreateCall = { kind: "create"; launchKey: string; atMs: number };
/** A reader of the web's services was answered, or not. */
export type ReadAnswer = { kind: "read"; answered: boolean; atMs: number };
/** `peakMiB` = the highest resident set of the process until now. */
export type Usage = { kind: "usage"; peakMiB: number; cpuMs: number };
export type PlacementsDone = {
  kind: "done";
  elapsedMs: number;
  /** From the call to the answer STARTING, of each bot. */
  latenciesMs: number[];
  waiting: number;
  refused: number;
  cpuMs: number;
};

/** A clock that all processes of one machine share: `process.hrtime` reads CLOCK_MONOTONIC. Milliseconds. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

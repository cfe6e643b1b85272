export { COOLIFY_CATALOGUE, type CoolifyCatalogueFault } from "./coolify/catalogue.ts";
export {
  type CoolifyEmulator,
  type CoolifyEmulatorOptions,
  createCoolifyEmulator,
} from "./coolify/coolify-emulator.ts";
export { ECS_CATALOGUE, type EcsCatalogueFault } from "./ecs/catalogue.ts";
export { createEcsEmulator, type EcsEmulator, type EcsEmulatorOptions } from "./ecs/ecs-emulator.ts";
export { CANNED_FAULTS, type CannedFault } from "./kubernetes/canned-faults.ts";
export { KUBERNETES_CATALOGUE, type KubernetesCatalogueFault } from "./kubernetes/catalogue.ts";
export type { KubernetesSettings } from "./kubernetes/cluster.ts";
export type { Disruption } from "./kubernetes/disruptions.ts";
export {
  createKubernetesEmulator,
  type KubernetesEmulator,
  type KubernetesEmulatorOptions,
} from "./kubernetes/kubernetes-emulator.ts";
export type { WatchFault } from "./kubernetes/watching.ts";
export type { CatalogueTag } from "./runtime/catalogue-faults.ts";
export {
  type Container,
  type ContainerExit,
  type ContainerRuntime,
  createContainerRuntime,
} from "./runtime/container-runtime.ts";
export {
  createFaults,
  FAULT_KINDS,
  type FaultKind,
  type FaultMatch,
  type FaultRule,
  type Faults,
} from "./runtime/faults.ts";
export { createEmulatorServer, type EmulatorServer, type RequestLogEntry } from "./runtime/http-server.ts";
export { findSentinel, SENTINELS, type Sentinel, sentinelImage } from "./runtime/sentinels.ts";
export { createSettings, type Settings, type SettingValue } from "./runtime/settings.ts";
export {
  buildIntervals,
  createTimeline,
  type Timeline,
  type TimelineEntry,
  type TimelineInterval,
} from "./runtime/timeline.ts";

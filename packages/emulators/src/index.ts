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

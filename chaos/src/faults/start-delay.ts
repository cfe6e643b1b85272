import type { DeploymentPlatform } from "@milo/placement";
import { FAST } from "../../../demo/src/timings.ts";
import type { EmulatorControl } from "../../../e2e/testing/stack/emulator-control.ts";

/** What a container waits for before it starts, as the emulators call it. */
const START_DELAY: Readonly<Record<DeploymentPlatform, string>> = {
  k8s: "pullDelayMs",
  aws: "provisioningMs",
  coolify: "imagePullMs",
};

/** Has containers of a platform start so much later from now on. */
export function startLate(control: EmulatorControl, platform: DeploymentPlatform, ms: number): Promise<void> {
  return control.set({ [START_DELAY[platform]]: ms });
}

/** As it is without faults. */
export function startAtOnce(control: EmulatorControl, platform: DeploymentPlatform): Promise<void> {
  return startLate(control, platform, FAST.startUpMs);
}

import type { KubernetesEmulator } from "../../../../../../../../packages/emulators/src/kubernetes/kubernetes-emulator.ts";
import { afterAll, describe, expect, it } from "vitest";
import { describePlatformContract } from "../testing/platform-contract.ts";
import { emulatorHarness, startEmulator } from "./testing/kubernetes-harness.ts";
import { openRequestCheck, type RequestCheck } from "./testing/openapi-check.ts";

let emulator: KubernetesEmulator | null = null;
const check = openRequestCheck();

describe("Kubernetes emulator", () => {
  describePlatformContract("Kubernetes, emulator", async () => {
    emulator = await startEmulator();
    return emulatorHarness(emulator);
  });
});

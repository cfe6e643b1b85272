import type { KubernetesEmulator } from "@milo/emulators";
import { describe, expect, it } from "vitest";
import { describePlatformContract } from "../testing/platform-contract.ts";
import { openClusterHarness } from "./testing/cluster-harness.ts";
import { emulatorHarness, startEmulator } from "./testing/kubernetes-harness.ts";
import { openRequestCheck } from "./testing/openapi-check.ts";

const check = openRequestCheck();
const cluster = openClusterHarness();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

describe("Kubernetes emulator", () => {
  let emulator: KubernetesEmulator | null = null;

  describePlatformContract("Kubernetes, emulator", async () => {
    emulator = await startEmulator();
    return emulatorHarness(emulator);
  });

  if (check === null) say("Kubernetes' API description is not present: recorded requests are not checked against it.");
  it.skipIf(check === null)("was sent only what Kubernetes' own API description takes", () => {
    const requests = emulator?.requests() ?? [];
    const faults = requests.flatMap((request) => {
      const url = new URL(request.path, "http://server");
      const contentType = request.contentType?.split(";")[0] ?? "";
      return (
        check?.({
          method: request.method,
          path: url.pathname,
          query: url.searchParams,
          contentType,
          body: request.body ?? undefined,
        }) ?? []
      );
    });
    expect(requests.length).toBeGreaterThan(50);
    expect([...new Set(faults)]).toEqual([]);
    say(`${requests.length} requests fit Kubernetes' own API description.`);
  });
});

if (cluster === null) {
  say("MILO_TEST_KUBECONFIG is not set: the contract did not run against a real Kubernetes cluster.");
} else {
  say("The contract runs against the cluster of MILO_TEST_KUBECONFIG.");
  describePlatformContract("Kubernetes, real cluster", async () => cluster);
}

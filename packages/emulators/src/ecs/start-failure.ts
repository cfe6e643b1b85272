import type { ContainerRuntime } from "../runtime/container-runtime.ts";
import { findSentinel } from "../runtime/sentinels.ts";

const SECRET_REASON =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve secret from asm: service call has been retried 1 time(s)";
const ENI_REASON = "Timeout waiting for network interface provisioning to complete.";
const FULL_SUBNET_REASON =
  "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet " +
  "'subnet-0a1b2c3d4e5f60718': InsufficientFreeAddressesInSubnet";

/** The stoppedReason of a task that cannot get past a step of its start, or undefined when it can. */
export function findStartFailure(
  image: string,
  runtime: ContainerRuntime,
  step: "provisioning" | "pulling",
): string | undefined {
  const tag = findSentinel("ecs", image)?.tag;
  if (step === "provisioning") {
    if (tag === "no-free-addresses") return FULL_SUBNET_REASON;
    return tag === "network-interface-timeout" ? ENI_REASON : undefined;
  }
  if (tag === "resource-initialization") return SECRET_REASON;
  if (tag !== "cannot-pull-container" && runtime.hasImage(image)) return undefined;
  return (
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): " +
    `failed to resolve ref ${image}: ${image}: not found`
  );
}

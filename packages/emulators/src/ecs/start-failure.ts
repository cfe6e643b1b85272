import type { ContainerRuntime } from "../runtime/container-runtime.ts";
import { findSentinel } from "../runtime/sentinels.ts";

const SECRET_REASON =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve secret from asm: service call has been retried 1 time(s)";
const ENI_REASON = "Timeout waiting for network interface provisioning to complete.";

/** The stoppedReason of a task that cannot get past a step of its start, or undefined when it can. */
export function findStartFailure(
  image: string,
  runtime: ContainerRuntime,
  step: "provisioning" | "pulling",
): string | undefined {
  const tag = findSentinel("ecs", image)?.tag;
  if (step === "provisioning") return tag === "network-interface-timeout" ? ENI_REASON : undefined;
  if (tag === "resource-initialization") return SECRET_REASON;
  if (tag !== "cannot-pull-container" && runtime.hasImage(image)) return undefined;
  return (
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): " +
    `failed to resolve ref ${image}: ${image}: not found`
  );
}

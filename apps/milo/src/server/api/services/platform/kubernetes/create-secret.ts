import { PatchStrategy, setHeaderOptions, type V1Job } from "@kubernetes/client-node";
import type { DefiniteFailure, LaunchSecrets, UnknownOutcome } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure, isNameTaken, readRefusal } from "./kubernetes-errors.ts";
import type { JobIdentity } from "./kubernetes-names.ts";
import { adoptSecretPatch, buildSecret } from "./secret-manifest.ts";

const ACTION = "create the attempt's Secret";

/** Makes the Secret of `made`, or takes over the one that an earlier send of this attempt made; null when it is there. */
export async function createSecret(
  namespace: ClusterNamespace,
  rendered: V1Job,
  made: V1Job,
  secrets: LaunchSecrets,
  signal: AbortSignal,
): Promise<DefiniteFailure | UnknownOutcome | null> {
  const { namespace: space = "", name = "", uid = "" } = made.metadata ?? {};
  const owner: JobIdentity = { namespace: space, name, uid };
  const body = buildSecret(rendered, owner, secrets);
  try {
    await namespace.write(
      (apis) => apis.core.createNamespacedSecret({ namespace: space, body, fieldValidation: "Strict" }),
      signal,
    );
    return null;
  } catch (error) {
    const nowMs = namespace.settings.now();
    if (isNameTaken(readRefusal(error, nowMs))) return adoptSecret(namespace, rendered, owner, secrets, signal);
    return describeFailure(error, ACTION, nowMs);
  }
}

async function adoptSecret(
  namespace: ClusterNamespace,
  rendered: V1Job,
  owner: JobIdentity,
  secrets: LaunchSecrets,
  signal: AbortSignal,
): Promise<DefiniteFailure | UnknownOutcome | null> {
  const body = adoptSecretPatch(rendered, owner, secrets);
  try {
    await namespace.write(
      (apis) =>
        apis.core.patchNamespacedSecret(
          { namespace: owner.namespace, name: owner.name, body },
          setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
        ),
      signal,
    );
    return null;
  } catch (error) {
    const nowMs = namespace.settings.now();
    // 422 is how the API server answers a `test` operation that does not hold.
    if (readRefusal(error, nowMs)?.code === 422) {
      const reason = `A Secret named ${owner.name} exists that milo did not make; it is left alone.`;
      return { kind: "failed", class: "config", reason };
    }
    return describeFailure(error, ACTION, nowMs);
  }
}

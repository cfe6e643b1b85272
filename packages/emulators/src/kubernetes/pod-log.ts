import type { EmulatorResponse } from "../runtime/http-message.ts";
import type { Cluster } from "./cluster.ts";
import type { Kubelet } from "./kubelet.ts";
import { badRequest, notFound } from "./status-errors.ts";

/** Answers `pods/{name}/log`: plain text, with `tailLines`. A container that never ran has no log (400). */
export function readPodLog(
  cluster: Cluster,
  kubelet: Kubelet,
  { namespace, name }: { namespace: string; name: string },
  query: URLSearchParams,
): EmulatorResponse {
  const pod = cluster.store.get("pods", namespace, name);
  if (pod === undefined) throw notFound("pods", name);
  const container = query.get("container") || pod.spec.containers[0]?.name;
  const status = pod.status.containerStatuses?.find((one) => one.name === container);
  if (!pod.spec.containers.some((one) => one.name === container)) {
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  }
  const process = kubelet.find(pod.metadata.uid)?.container;
  if (!process) {
    const reason = status?.state.waiting?.reason;
    const why = reason === undefined ? "" : ` is waiting to start: ${reason}`;
    throw badRequest(`container "${container}" in pod "${name}"${why || " does not have a host assigned"}`);
  }
  const tailLines = query.get("tailLines");
  const lines = process.logs(tailLines === null ? undefined : Number(tailLines));
  return { status: 200, body: lines.map((line) => `${line}\n`).join("") };
}

import type { HealthReport } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure } from "./kubernetes-errors.ts";
import { INSTALLATION_LABEL } from "./kubernetes-names.ts";
import { READ_TIMEOUT_MS } from "./kubernetes-settings.ts";

/** Asks the API server whether it is ready, and whether it lets us see our Jobs. */
export async function checkHealth(namespace: ClusterNamespace): Promise<HealthReport> {
  const { settings, client } = namespace;
  try {
    const status = await client.probe("/readyz", settings.timeoutsMs?.read ?? READ_TIMEOUT_MS);
    // Clusters that close /readyz to clients answer 401 or 403; the list below then has to say enough.
    if (status !== 200 && status !== 401 && status !== 403) {
      return { healthy: false, reason: `The API server says that it is not ready (HTTP ${status} on /readyz).` };
    }
    const labelSelector = `${INSTALLATION_LABEL}=${settings.installationId}`;
    await namespace.read((apis) =>
      apis.batch.listNamespacedJob({ namespace: settings.namespace, labelSelector, limit: 1 }),
    );
    return { healthy: true, reason: `The API server is ready and lists Jobs in namespace ${settings.namespace}.` };
  } catch (error) {
    return { healthy: false, reason: describeFailure(error, "list the Jobs", settings.now()).reason };
  }
}

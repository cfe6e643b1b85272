import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { EcsSettings } from "./ecs-settings.ts";

/** Connections to ECS at once, for both clients: a burst of launches must not starve the polls. */
const MAX_SOCKETS = 50;
/** Reads may be repeated by the SDK at will. */
const READ_ATTEMPTS = 3;

export type EcsClients = {
  /** For DescribeTasks, ListTasks, DescribeClusters and StopTask: repeated by the SDK. */
  reader: ECSClient;
  /**
   * For RunTask: never repeated by the SDK, which would report only its last error and so hide that an earlier
   * send may have started the task.
   */
  launcher: ECSClient;
};

export function createEcsClients(settings: EcsSettings): EcsClients {
  const { timeouts } = settings;
  const config: ECSClientConfig = {
    region: settings.region,
    retryMode: "standard",
    requestHandler: new NodeHttpHandler({
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.requestMs,
      // Without this a request timeout only prints a warning; without socketTimeout a stalled body never ends.
      throwOnRequestTimeout: true,
      socketTimeout: timeouts.requestMs,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    }),
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    ...(settings.credentials ? { credentials: settings.credentials } : {}),
  };
  return {
    reader: new ECSClient({ ...config, maxAttempts: READ_ATTEMPTS }),
    launcher: new ECSClient({ ...config, maxAttempts: 1 }),
  };
}

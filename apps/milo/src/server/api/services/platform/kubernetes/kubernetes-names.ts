import type { V1ObjectMeta } from "@kubernetes/client-node";

export const INSTALLATION_LABEL = "milo.dev/installation";
export const LAUNCH_KEY_LABEL = "milo.dev/launch-key";
export const BOT_ID_LABEL = "milo.dev/bot-id";
export const ATTEMPT_LABEL = "milo.dev/attempt";
export const MEETING_PLATFORM_LABEL = "milo.dev/meeting-platform";
/** Tells a Job of this very request from another that bears its name. */
export const SPEC_HASH_ANNOTATION = "milo.dev/spec-hash";
/** Set by the Job controller on each pod, its value the Job's name. */
export const JOB_NAME_LABEL = "batch.kubernetes.io/job-name";
/** Name of the bot's container within its pod. */
export const BOT_CONTAINER = "bot";
/** A pod carries its Job's name in a label, and label values end at 63 characters. */
export const MAX_NAME_LENGTH = 63;

/** One Job for good: a name can be used again, a uid cannot. */
export type JobIdentity = { namespace: string; name: string; uid: string };

/** The identifier stored with a deployment: `<namespace>/<name>/<uid>`. */
export function formatIdentifier(identity: JobIdentity): string {
  return `${identity.namespace}/${identity.name}/${identity.uid}`;
}

/** Reads what `formatIdentifier` wrote; null for anything else. */
export function parseIdentifier(identifier: string): JobIdentity | null {
  const [namespace, name, uid, ...rest] = identifier.split("/");
  if (!namespace || !name || !uid || rest.length > 0) return null;
  return { namespace, name, uid };
}

/** Whether the object bears our installation's label and, when given, this attempt's. */
export function isOurs(metadata: V1ObjectMeta | undefined, installationId: string, launchKey?: string): boolean {
  const labels = metadata?.labels ?? {};
  if (labels[INSTALLATION_LABEL] !== installationId) return false;
  return launchKey === undefined || labels[LAUNCH_KEY_LABEL] === launchKey;
}

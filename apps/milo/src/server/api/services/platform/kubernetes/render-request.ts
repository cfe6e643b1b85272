import { createHash } from "node:crypto";
import type { V1Job } from "@kubernetes/client-node";
import type { Launch, RenderedRequest } from "../platform-service.ts";
import { buildJob } from "./job-manifest.ts";
import { patchJob } from "./job-patch.ts";
import { MAX_NAME_LENGTH, SPEC_HASH_ANNOTATION } from "./kubernetes-names.ts";
import { type KubernetesSettings, KubernetesSettingsError } from "./kubernetes-settings.ts";

/** The shape of this platform's stored request. */
export type KubernetesRequest = RenderedRequest & { readonly namespace: string; readonly job: V1Job };

/**
 * Renders the Job of one attempt. The same launch and settings give the same bytes.
 * @throws {KubernetesSettingsError} for settings that a start-up check (`checkSettings`) refuses
 */
export function renderRequest(launch: Launch, settings: KubernetesSettings): KubernetesRequest {
  if (launch.launchKey.length > MAX_NAME_LENGTH) {
    throw new KubernetesSettingsError(
      `The launch key ${launch.launchKey} is longer than ${MAX_NAME_LENGTH} characters.`,
    );
  }
  const job = patchJob(buildJob(launch, settings), settings.jobPatch ?? []);
  const annotations = { ...job.metadata?.annotations, [SPEC_HASH_ANNOTATION]: hashJob(job) };
  return { namespace: settings.namespace, job: { ...job, metadata: { ...job.metadata, annotations } } };
}

/** Reads a stored request back. */
export function readRequest(request: RenderedRequest): KubernetesRequest {
  const { namespace, job } = request;
  if (typeof namespace !== "string" || typeof job !== "object" || job === null) {
    throw new TypeError("the stored request is not one of the Kubernetes platform");
  }
  return { namespace, job: job as V1Job };
}

/**
 * Refuses, in a sentence, settings with which no bot could be rendered.
 * @throws {KubernetesSettingsError}
 */
export function checkSettings(settings: KubernetesSettings): void {
  if (!/^[a-z2-7]{6}$/.test(settings.installationId)) {
    throw new KubernetesSettingsError("The installation id must be six lower-case base32 characters.");
  }
  if ((settings.terminationGracePeriodSeconds ?? 1) < 1) {
    throw new KubernetesSettingsError(
      "The termination grace period must be at least one second: 0 kills a bot at once.",
    );
  }
  for (const [meetingPlatform, image] of Object.entries(settings.images)) {
    if (image.trim() === "") throw new KubernetesSettingsError(`No image is set for ${meetingPlatform} bots.`);
  }
  renderRequest(
    {
      launchKey: `bot-${settings.installationId}-1-a1`,
      installationId: settings.installationId,
      botId: 1,
      attempt: 1,
      meetingPlatform: "zoom",
      miloUrl: "http://localhost",
      maxDurationSeconds: 60,
    },
    settings,
  );
}

function hashJob(job: V1Job): string {
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(job)))
    .digest("hex")
    .slice(0, 32);
}

/** A stored request comes back from the database with its keys in another order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

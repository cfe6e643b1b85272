import { randomInt } from "node:crypto";
import { formatTime, type Job, type Pod } from "./objects.ts";

/** Held by a Job's pods until the Job controller has counted how they ended. */
export const JOB_TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking";

// The alphabet of the API server's generated names: no vowels, nothing that looks like another letter.
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;
const MAX_NAME_LENGTH = 63;

/** A name as `generateName` makes it: cut so that the whole fits 63 characters. */
export function generateName(base: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]);
  return base.slice(0, MAX_NAME_LENGTH - SUFFIX_LENGTH) + suffix.join("");
}

/** The next pod of a Job, as the Job controller would post it. */
export function makePod(job: Job, now: number): Pod {
  const { name, namespace, uid } = job.metadata;
  const { metadata, spec } = structuredClone(job.spec.template);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: generateName(`${name}-`),
      generateName: `${name}-`,
      namespace,
      uid: "",
      creationTimestamp: formatTime(now),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid, controller: true, blockOwnerDeletion: true }],
      finalizers: [JOB_TRACKING_FINALIZER],
    },
    spec,
    status: { phase: "Pending", qosClass: "Burstable" },
  };
}

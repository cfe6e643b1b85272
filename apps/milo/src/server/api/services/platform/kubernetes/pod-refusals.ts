/** Refused Jobs come and go; far more than a platform runs at once, so that forgetting the oldest costs nothing. */
const MAX_JOBS = 10_000;

/** A Job's pod was refused: the newest words, and when the first were said, milliseconds since 1970. */
export type PodRefusal = { message: string; firstMs: number };

/**
 * What the watch on events has heard of pods that Jobs were refused, by the Job's uid. Hearsay: it explains a Job that
 * is seen to have no pod, and says nothing of one that has.
 */
export class PodRefusals {
  private readonly byJob = new Map<string, PodRefusal>();

  /** Answers the refusal as it is known now. */
  note(jobUid: string, message: string, atMs: number): PodRefusal {
    const firstMs = this.byJob.get(jobUid)?.firstMs ?? atMs;
    const refusal = { message, firstMs };
    this.byJob.delete(jobUid);
    this.byJob.set(jobUid, refusal);
    if (this.byJob.size > MAX_JOBS) this.forgetOldest();
    return refusal;
  }

  get(jobUid: string): PodRefusal | undefined {
    return this.byJob.get(jobUid);
  }

  forget(jobUid: string): void {
    this.byJob.delete(jobUid);
  }

  clear(): void {
    this.byJob.clear();
  }

  private forgetOldest(): void {
    const oldest = this.byJob.keys().next().value;
    if (oldest !== undefined) this.byJob.delete(oldest);
  }
}

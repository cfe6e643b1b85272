type Shared<Answer> = { answer: Promise<Answer>; staleAtMs: number };

/**
 * Answers one question once for all who ask it within `keepMs` of the first: whoever asks while it is being answered
 * waits for the same answer. A failure is told to those who waited for it, and kept for nobody.
 */
export function createAnswerShare<Answer>(keepMs: number, monotonicMs: () => number) {
  const shared = new Map<string, Shared<Answer>>();
  const forgetStale = (nowMs: number) => {
    // In the order they were asked, which is the order they grow stale in.
    for (const [question, { staleAtMs }] of shared) {
      if (staleAtMs > nowMs) return;
      shared.delete(question);
    }
  };
  return function ask(question: string, work: () => Promise<Answer>): Promise<Answer> {
    const nowMs = monotonicMs();
    forgetStale(nowMs);
    const known = shared.get(question);
    if (known !== undefined) return known.answer;
    const one: Shared<Answer> = { answer: work(), staleAtMs: nowMs + keepMs };
    shared.set(question, one);
    one.answer.catch(() => {
      if (shared.get(question) === one) shared.delete(question);
    });
    return one.answer;
  };
}

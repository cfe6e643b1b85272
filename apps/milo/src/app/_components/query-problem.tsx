"use client";

import { describeProblem } from "../_api/describe-problem.ts";

type Props = {
  error: unknown;
  /** Asks again. */
  onRetry: () => void;
};

/** Stands where data would be while it cannot be read, and says what to do. */
export function QueryProblem({ error, onRetry }: Props) {
  const { title, detail, remedy } = describeProblem(error);
  return (
    <div role="alert" className="rounded-lg border border-line bg-bad-soft p-4 text-bad">
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm">{detail}</p>
      {remedy !== "change" && (
        <button
          type="button"
          onClick={remedy === "retry" ? onRetry : () => window.location.reload()}
          className="mt-3 rounded-md border border-current px-3 py-1.5 text-sm"
        >
          {remedy === "retry" ? "Try again" : "Sign in"}
        </button>
      )}
    </div>
  );
}

"use client";

import { describeProblem } from "../_api/describe-problem.ts";
import { ErrorState } from "../_ui/error-state.tsx";

type Props = {
  error: unknown;
  /** Asks again. */
  onRetry(): void;
  isRetrying?: boolean;
};

/** Stands where data would be while it cannot be read, and says what to do. */
export function QueryProblem({ error, onRetry, isRetrying }: Props) {
  const { title, detail, remedy } = describeProblem(error);
  const retry = {
    retry: onRetry,
    // Whoever is signed out is asked for the token by the server itself.
    "sign-in": () => window.location.reload(),
    change: undefined,
  }[remedy];
  return (
    <ErrorState title={title} onRetry={retry} isRetrying={isRetrying}>
      {detail}
    </ErrorState>
  );
}

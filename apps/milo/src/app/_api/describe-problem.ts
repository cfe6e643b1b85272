/** What went wrong, for the person who looks at it. */
export type Problem = {
  /** In a few words. */
  title: string;
  /** What it means and what to do. */
  detail: string;
  /** What helps: asking again, signing in, or changing what was asked. */
  remedy: "retry" | "sign-in" | "change";
};

/** What is read of an error, whatever it is: tRPC's own carry `data` and, when there was an answer, `meta`. */
type KnownError = {
  message?: unknown;
  data?: { code?: unknown } | null;
  meta?: { response?: { status?: unknown } };
};

const UNREACHABLE: Problem = {
  title: "milo’s web process cannot be reached",
  detail: "Bots that run go on. This page catches up as soon as it answers again.",
  remedy: "retry",
};
const SIGNED_OUT: Problem = {
  title: "You are signed out",
  detail: "Sign in again with the access token to go on.",
  remedy: "sign-in",
};

/** Why a request failed, in words. The API's own messages are sentences for operators and are passed on. */
export function describeProblem(error: unknown): Problem {
  const { code, status, message } = read(error);
  if (code === undefined) return status === 401 ? SIGNED_OUT : status === 403 ? refused(message) : UNREACHABLE;
  switch (code) {
    case "SERVICE_UNAVAILABLE":
    case "TIMEOUT":
    case "TOO_MANY_REQUESTS":
      return { title: "milo cannot answer just now", detail: `${message}. Bots that run go on.`, remedy: "retry" };
    case "NOT_FOUND":
      return { title: "Not found", detail: message, remedy: "change" };
    case "CONFLICT":
    case "PRECONDITION_FAILED":
      return { title: "This has changed meanwhile", detail: message, remedy: "change" };
    case "BAD_REQUEST":
      return { title: "This cannot be done as asked", detail: message, remedy: "change" };
    case "UNAUTHORIZED":
      return SIGNED_OUT;
    case "FORBIDDEN":
      return refused(message);
    default:
      return { title: "Something went wrong in milo", detail: message, remedy: "retry" };
  }
}

/** Whether the same request may succeed a little later: nothing was wrong with the request itself. */
export function isWorthRetrying(error: unknown): boolean {
  return describeProblem(error).remedy === "retry";
}

function refused(message: string): Problem {
  return { title: "milo refused this", detail: message, remedy: "change" };
}

function read(error: unknown): { code: string | undefined; status: number | undefined; message: string } {
  const { message, data, meta }: KnownError = typeof error === "object" && error !== null ? error : {};
  const status = meta?.response?.status;
  return {
    code: typeof data?.code === "string" ? data.code : undefined,
    status: typeof status === "number" ? status : undefined,
    message: typeof message === "string" ? message.replace(/\.$/, "") : "",
  };
}

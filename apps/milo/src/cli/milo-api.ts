import { formatDuration } from "@milo/placement";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import superjson from "superjson";
import type { AppRouter } from "#server/api/root.ts";
import { CliError, EXIT_CODES, type ExitCode } from "./exit-codes.ts";

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
type Of<All, Name extends string> = Name extends `${infer Router}.${infer Procedure}`
  ? Router extends keyof All
    ? Procedure extends keyof All[Router]
      ? All[Router][Procedure]
      : never
    : never
  : never;
export type ProcedureName = {
  [Router in keyof Outputs & string]: `${Router}.${keyof Outputs[Router] & string}`;
}[keyof Outputs & string];
export type InputOf<Name extends ProcedureName> = Of<Inputs, Name>;
export type OutputOf<Name extends ProcedureName> = Of<Outputs, Name>;

/** milo's API over HTTP. Every failure is a CliError that says what to do. */
export type MiloApi = {
  url: string;
  query<Name extends ProcedureName>(name: Name, input?: InputOf<Name>): Promise<OutputOf<Name>>;
  mutate<Name extends ProcedureName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
};

/** A mutation waits at most 5 s for milo's decision; the rest is for a busy machine. */
const ANSWER_WITHIN_MS = 30_000;

type Answer = {
  result?: { data: Parameters<typeof superjson.deserialize>[0] };
  error?: { json?: { message?: string; data?: { code?: string } }; message?: string } | string;
};

export function createMiloApi(url: string, accessToken: string | undefined): MiloApi {
  const call = async (procedure: string, init: RequestInit): Promise<never> => {
    const headers = { ...init.headers, ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}) };
    const { status, answer } = await exchange(url, `/api/trpc/${procedure}`, { ...init, headers });
    if (answer?.result !== undefined) return superjson.deserialize(answer.result.data) as never;
    throw refuse(url, status, answer, accessToken !== undefined);
  };
  return {
    url,
    query: (name, input) => {
      const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
      return call(`${name}${query}`, { method: "GET" });
    },
    mutate: (name, input) =>
      call(name, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ json: input }),
      }),
  };
}

async function exchange(url: string, path: string, init: RequestInit): Promise<{ status: number; answer?: Answer }> {
  let response: Response;
  let text: string;
  try {
    // A followed redirect would turn a POST into a GET, and could carry the token elsewhere.
    response = await fetch(`${url}${path}`, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    text = await response.text();
  } catch (error) {
    throw unreachable(url, describe(error));
  }
  const answer = parseJson(text);
  return typeof answer === "object" && answer !== null
    ? { status: response.status, answer: answer as Answer }
    : { status: response.status };
}

function refuse(url: string, status: number, answer: Answer | undefined, hasToken: boolean): CliError {
  if (status === 401) {
    const remedy = hasToken
      ? "MILO_ACCESS_TOKEN is not the token it was started with."
      : "Set MILO_ACCESS_TOKEN to the token it was started with.";
    return new CliError(EXIT_CODES.refused, `milo at ${url} wants to know who asks. ${remedy}`);
  }
  const error = answer?.error;
  const message = typeof error === "string" ? error : (error?.json?.message ?? error?.message);
  const code = typeof error === "object" ? error.json?.data?.code : undefined;
  if (message === undefined) return unreachable(url, `HTTP ${status}, and not in milo's words`);
  return new CliError(exitCodeOf(status, code), `milo: ${message}`);
}

function exitCodeOf(status: number, code: string | undefined): ExitCode {
  if (code === "SERVICE_UNAVAILABLE" || status === 502 || status === 503) return EXIT_CODES.unreachable;
  return status >= 500 ? EXIT_CODES.failed : EXIT_CODES.refused;
}

function unreachable(url: string, why: string): CliError {
  return new CliError(
    EXIT_CODES.unreachable,
    `Cannot reach milo at ${url}: ${why}. Is its web process running there? --url or MILO_PUBLIC_URL says where it is.`,
  );
}

function describe(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `no answer within ${formatDuration(ANSWER_WITHIN_MS)}`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

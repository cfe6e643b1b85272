import {
  type Check,
  fail,
  ok,
  runChecks,
  type Verdict,
  warn,
} from "#server/api/services/platform/platform-diagnosis.ts";
import { isLoopbackHost } from "../../config/process-variables.ts";

const ANSWER_WITHIN_MS = 10_000;

/** Checks the address that bots are given, from this machine: bots may see it from elsewhere. */
export function checkPublicUrl(url: string): AsyncGenerator<Check> {
  return runChecks([
    { id: "public-url.host", needs: [], look: async () => checkHost(url) },
    { id: "public-url.reach", needs: [], look: () => reach(url) },
  ]);
}

function checkHost(url: string): Verdict {
  const { hostname, protocol } = new URL(url);
  if (isLoopbackHost(hostname)) {
    return warn(
      `MILO_PUBLIC_URL is ${url}, which only bots on this machine can reach.`,
      "Set it to an address that bots on every platform reach.",
    );
  }
  if (protocol === "http:") {
    return warn(
      `MILO_PUBLIC_URL is ${url}: tokens of bots travel in the clear.`,
      "Put TLS in front of milo's web process and use https.",
    );
  }
  return ok(`MILO_PUBLIC_URL is ${url}.`);
}

/** Bots call the same web process: whatever answers there has to be milo. */
async function reach(url: string): Promise<Verdict> {
  const fix =
    "Start milo's web process, or correct MILO_PUBLIC_URL, proxy and DNS: bots that cannot call home never join.";
  let answer: { status: number; text: string };
  try {
    const response = await fetch(`${url}/healthz`, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    answer = { status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why =
      cause instanceof Error && "code" in cause
        ? String(cause.code)
        : cause instanceof Error
          ? cause.name
          : String(cause);
    return fail(`Nothing answers at MILO_PUBLIC_URL (${why}).`, fix);
  }
  if (answer.status === 200 && isMilo(answer.text)) return ok("milo answers at MILO_PUBLIC_URL, as seen from here.");
  if (answer.status === 503 && isMilo(answer.text)) {
    return fail(
      "milo answers at MILO_PUBLIC_URL, but says that it is not well.",
      "See /healthz and the web process's log.",
    );
  }
  return fail(`What answers at MILO_PUBLIC_URL is not milo (HTTP ${answer.status}).`, fix);
}

function isMilo(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    const status = typeof body === "object" && body !== null && "status" in body ? body.status : undefined;
    return ["ok", "failing", "stopping"].includes(String(status));
  } catch {
    return false;
  }
}

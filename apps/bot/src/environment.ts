import { type BotEnvironment, botEnvironmentSchema } from "@milo/bot-contract";

/** @returns the environment, or one sentence that names what is missing or malformed, never a value. */
export function readBotEnvironment(
  env: NodeJS.ProcessEnv,
): { ok: true; environment: BotEnvironment } | { ok: false; problem: string } {
  const parsed = botEnvironmentSchema.safeParse(env);
  if (parsed.success) {
    const url = parsed.data.MILO_URL.replace(/\/+$/, "");
    return { ok: true, environment: { ...parsed.data, MILO_URL: url } };
  }
  const names = parsed.error.issues.map((issue) => String(issue.path[0]));
  const problems = [...new Set(names)].map((name) => `${name} is ${env[name] ? "malformed" : "not set"}`);
  return { ok: false, problem: `${problems.join(", ")}: a bot is started by milo, which sets these variables.` };
}

/** The only reader of the process's environment. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

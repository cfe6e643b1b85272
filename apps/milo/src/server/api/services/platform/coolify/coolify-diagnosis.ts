import { z } from "zod";
import {
  type Check,
  type CheckStep,
  type CheckUp,
  fail,
  ok,
  type PlatformDiagnosis,
  runChecks,
  skipped,
  type Verdict,
  warn,
} from "../platform-diagnosis.ts";
import { type CoolifyAnswer, CoolifyClient } from "./coolify-client.ts";
import { classifyFailure, isNotFound, isSuccess } from "./coolify-errors.ts";
import { isServerOutOfOrder } from "./coolify-records.ts";
import type { CoolifySettings } from "./coolify-settings.ts";
import { parseVersion } from "./version-gates.ts";

/** No application: Coolify's ids have no dash. */
const NO_APPLICATION = "milo-doctor";
const TOKEN_FIX =
  "Make a token with the abilities read, write and deploy (Keys & Tokens → API tokens), as an owner or admin, and set COOLIFY_API_TOKEN.";

const serverRecord = z.object({
  settings: z.object({ concurrent_builds: z.coerce.number(), deployment_queue_limit: z.coerce.number() }).partial(),
});
const environmentRecord = z.object({ name: z.string(), uuid: z.string().optional() });

/** Looks at all that a bot needs of Coolify. Every call reads, or names an application that cannot exist. */
export class CoolifyDiagnosis implements PlatformDiagnosis {
  readonly platform = "coolify";
  readonly #settings: CoolifySettings;
  readonly #checkUp: CheckUp;
  readonly #client: CoolifyClient;
  readonly #answers = new Map<string, Promise<CoolifyAnswer>>();

  constructor(settings: CoolifySettings, checkUp: CheckUp) {
    this.#settings = settings;
    this.#checkUp = checkUp;
    this.#client = new CoolifyClient(settings);
  }

  diagnose(): AsyncGenerator<Check> {
    const { serverUuid, projectUuid } = this.#settings;
    const server = `/servers/${encodeURIComponent(serverUuid)}`;
    return runChecks([
      { id: "coolify.reach", needs: [], look: () => this.#reach() },
      { id: "coolify.credentials", needs: ["coolify.reach"], look: () => this.#checkToken() },
      ...this.#permissions(),
      { id: "coolify.version", needs: ["coolify.permission.read"], look: () => this.#checkVersion() },
      {
        id: "coolify.server",
        needs: ["coolify.permission.read"],
        look: () => this.#exists(server, "server", "COOLIFY_SERVER_UUID"),
      },
      { id: "coolify.server-in-order", needs: ["coolify.server"], look: () => this.#checkServer(server) },
      { id: "coolify.concurrent-builds", needs: ["coolify.server"], look: () => this.#compareBuilds(server) },
      { id: "coolify.destination", needs: ["coolify.server"], look: () => this.#checkDestination(server) },
      {
        id: "coolify.project",
        needs: ["coolify.permission.read"],
        look: () => this.#exists(`/projects/${encodeURIComponent(projectUuid)}`, "project", "COOLIFY_PROJECT_UUID"),
      },
      { id: "coolify.environment", needs: ["coolify.project"], look: () => this.#checkEnvironment() },
      {
        id: "coolify.image",
        needs: ["coolify.credentials"],
        look: async () =>
          skipped("Coolify pulls an image only to run it: only a real launch proves it.", "Run: milo probe coolify"),
      },
    ]);
  }

  async #reach(): Promise<Verdict> {
    const answer = await this.#get("/version");
    const isCoolify =
      answer.kind === "reply" && answer.status < 500 && (isSuccess(answer) || answer.json !== undefined);
    if (isCoolify) return ok("Coolify answers.");
    return fail(describe(answer), "See that COOLIFY_API_URL is right and open from here, and its certificate trusted.");
  }

  async #checkToken(): Promise<Verdict> {
    const answer = await this.#get("/version");
    if (isSuccess(answer) || isMissingAbility(answer)) return ok("Coolify accepts the token.");
    const reason = describe(answer);
    if (/API is disabled/i.test(reason)) return fail(reason, "Switch API access on in Coolify's settings.");
    if (/not allowed to access/i.test(reason))
      return fail(reason, "Add this machine's address to the API's allowed IPs.");
    return fail(reason, TOKEN_FIX);
  }

  async #checkVersion(): Promise<Verdict> {
    const answer = await this.#get("/version");
    const text = answer.kind === "reply" ? answer.text.trim() : "";
    const version = parseVersion(text);
    if (!isSuccess(answer) || version === null) {
      return warn(
        `Coolify says its version is "${text.slice(0, 40)}".`,
        "Nothing, if it works: milo then sends what the newest version takes.",
      );
    }
    const [major, minor] = version.numbers;
    if (major === 4 && minor < 3) {
      return warn(
        `Coolify ${text} restarts a bot that exits until it is stopped.`,
        "Update to 4.3.0 or newer, which keeps max_restart_count.",
      );
    }
    return ok(`Coolify ${text}.`);
  }

  /** Each ability by a call that needs just it. */
  #permissions(): CheckStep[] {
    const ability = (name: string, ask: () => Promise<CoolifyAnswer>): CheckStep => ({
      id: `coolify.permission.${name}`,
      needs: ["coolify.credentials"],
      look: async () => {
        const answer = await ask();
        if (isMissingAbility(answer)) return fail(describe(answer), TOKEN_FIX);
        if (isSuccess(answer) || isNotFound(answer)) return ok(`The token may ${name}.`);
        const isRefusedInput = answer.kind === "reply" && (answer.status === 400 || answer.status === 422);
        return isRefusedInput ? ok(`The token may ${name}.`) : fail(describe(answer), TOKEN_FIX);
      },
    });
    return [
      ability("read", () => this.#get("/version")),
      ability("write", () => this.#send("PATCH", `/applications/${NO_APPLICATION}/envs/bulk`, { data: [] })),
      ability("deploy", () => this.#send("POST", `/deploy?uuid=${NO_APPLICATION}`)),
    ];
  }

  async #exists(path: string, what: string, variable: string): Promise<Verdict> {
    const answer = await this.#get(path);
    if (isSuccess(answer)) return ok(`The ${what} of ${variable} exists.`);
    if (isNotFound(answer))
      return fail(`Coolify has no such ${what}, or not for this token's team.`, `Correct ${variable}.`);
    return fail(describe(answer), `Correct ${variable}, or try again.`);
  }

  async #checkServer(path: string): Promise<Verdict> {
    const answer = await this.#get(path);
    if (answer.kind === "reply" && !isServerOutOfOrder(answer.json))
      return ok("Coolify reaches the server and can use it.");
    return fail(
      "Coolify does not reach the server, or cannot use its docker.",
      "Validate the server in Coolify and see to its ssh and docker.",
    );
  }

  async #compareBuilds(path: string): Promise<Verdict> {
    const answer = await this.#get(path);
    const settings = serverRecord.safeParse(answer.kind === "reply" ? answer.json : undefined).data?.settings;
    const builds = settings?.concurrent_builds;
    if (builds === undefined)
      return skipped("This Coolify does not tell how many deployments the server makes at once.");
    const { launchConcurrency } = this.#checkUp;
    const seen = `The server makes ${builds} deployments at once; milo launches up to ${launchConcurrency}.`;
    if (launchConcurrency <= builds) return ok(seen);
    return warn(seen, `Lower COOLIFY_LAUNCH_CONCURRENCY to ${builds}, or raise the server's concurrent builds.`);
  }

  async #checkDestination(server: string): Promise<Verdict> {
    const { destinationUuid } = this.#settings;
    const answer = await this.#get(`${server}/destinations`);
    if (!isSuccess(answer) || answer.kind !== "reply" || !Array.isArray(answer.json)) {
      return skipped(
        "This Coolify does not list a server's destinations.",
        "Compare COOLIFY_DESTINATION_UUID with the address of the destination's page.",
      );
    }
    const found = z.array(z.looseObject({ uuid: z.string() })).safeParse(answer.json).data ?? [];
    if (found.some(({ uuid }) => uuid === destinationUuid)) return ok("The destination belongs to the server.");
    return fail("The destination does not belong to the server.", "Correct COOLIFY_DESTINATION_UUID.");
  }

  async #checkEnvironment(): Promise<Verdict> {
    const { projectUuid, environmentName, environmentUuid } = this.#settings;
    const path = `/projects/${encodeURIComponent(projectUuid)}/${encodeURIComponent(environmentName)}`;
    const answer = await this.#get(path);
    const fix = "Correct COOLIFY_ENVIRONMENT_NAME and COOLIFY_ENVIRONMENT_UUID.";
    if (isNotFound(answer)) return fail(`The project has no environment ${environmentName}.`, fix);
    const found = environmentRecord.safeParse(answer.kind === "reply" ? answer.json : undefined).data;
    if (!isSuccess(answer) || found === undefined) return fail(describe(answer), fix);
    if (found.uuid !== undefined && found.uuid !== environmentUuid) {
      return fail(`The environment ${environmentName} has another UUID than COOLIFY_ENVIRONMENT_UUID.`, fix);
    }
    return ok(`The project has the environment ${environmentName}.`);
  }

  /** Asked once: several checks read the same answer. */
  #get(path: string): Promise<CoolifyAnswer> {
    const known = this.#answers.get(path) ?? this.#send("GET", path);
    this.#answers.set(path, known);
    return known;
  }

  #send(method: "GET" | "POST" | "PATCH", path: string, body?: unknown): Promise<CoolifyAnswer> {
    return this.#client.send(method, path, AbortSignal.timeout(this.#settings.timeouts.callMs), body);
  }
}

function isMissingAbility(answer: CoolifyAnswer): boolean {
  return answer.kind === "reply" && answer.status === 403 && /missing required permissions/i.test(answer.text);
}

function describe(answer: CoolifyAnswer): string {
  return classifyFailure(answer).reason;
}

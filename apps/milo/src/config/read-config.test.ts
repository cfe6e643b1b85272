import { describe, expect, it } from "vitest";
import { DISPATCHER_ENV, FULL_ENV, KUBERNETES_ENV, WEB_ENV } from "./config.testkit.ts";
import { describeConfig } from "./describe-config.ts";
import { ConfigError, type ConfigResult, type RawEnvironment } from "./problem.ts";
import { readDispatcherConfig, readPlatformConfigs, readWebConfig } from "./read-config.ts";
import { DEFAULT_TIMES } from "./times.ts";

function accepted<Config>(result: ConfigResult<Config>): Config {
  if (!result.ok) throw new ConfigError(result.problems);
  return result.config;
}

function refused(result: ConfigResult<unknown>): string[] {
  return result.ok ? [] : result.problems.map((p) => `${p.variable} ${p.problem}`);
}

const web = (env: RawEnvironment) => readWebConfig({ ...WEB_ENV, ...env });
const dispatcher = (env: RawEnvironment) => readDispatcherConfig({ ...DISPATCHER_ENV, ...env });

describe("the web process's configuration", () => {
  it("needs a plan and a database, and has a default for the rest", () => {
    expect(accepted(web({}))).toMatchObject({
      databaseUrl: WEB_ENV.DATABASE_URL,
      dataDir: ".data",
      logLevel: "info",
      host: "127.0.0.1",
      port: 3_000,
      accessToken: undefined,
      times: DEFAULT_TIMES,
      plan: { platforms: [{ platform: "k8s", limit: 30 }], globalQueueTimeoutMs: 600_000 },
    });
  });

  it("does not ask for any platform's credentials or the bots' address", () => {
    const env = { PLATFORM_PRIORITY: "k8s,aws,coolify", AWS_BOT_LIMIT: "1", COOLIFY_BOT_LIMIT: "1" };
    expect(refused(web(env))).toEqual([]);
  });

  it.each(["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])("lets %s go without a token", (host) => {
    expect(refused(web({ HOST: host }))).toEqual([]);
  });

  it.each(["0.0.0.0", "::", "10.0.0.4", "milo.example.com", "127.0.0.1.example.com"])(
    "refuses to listen on %s without a token",
    (host) => {
      expect(refused(web({ HOST: host, MILO_ACCESS_TOKEN: " " }))).toEqual([
        `MILO_ACCESS_TOKEN is required because HOST is ${host}: without it anyone who reaches milo could run it`,
      ]);
      expect(accepted(web({ HOST: host, MILO_ACCESS_TOKEN: "0123456789abcdef" })).accessToken).toBe("0123456789abcdef");
    },
  );

  it("refuses a short token, without repeating it", () => {
    const problems = refused(web({ HOST: "0.0.0.0", MILO_ACCESS_TOKEN: "hunter2" }));
    expect(problems).toEqual(["MILO_ACCESS_TOKEN must have at least 16 characters"]);
  });

  it("names the replacement of DEPLOYMENT_PLATFORM", () => {
    const problems = refused(web({ DEPLOYMENT_PLATFORM: "k8s" }));
    expect(problems).toEqual(["DEPLOYMENT_PLATFORM was replaced by PLATFORM_PRIORITY; remove it"]);
  });

  it("counts a blank value as not set", () => {
    expect(accepted(web({ PORT: " ", HOST: "", LOG_LEVEL: "" }))).toMatchObject({ port: 3_000, host: "127.0.0.1" });
    expect(refused(web({ DATABASE_URL: "  " }))).toEqual([
      "DATABASE_URL is required when web or dispatcher run on their own",
    ]);
  });
});

describe("the dispatcher's configuration", () => {
  it("holds what each platform of the plan needs, and only of those", () => {
    const config = accepted(dispatcher({}));
    expect(config).toMatchObject({ publicUrl: "https://milo.example.com", host: "127.0.0.1", port: 9_464 });
    expect(Object.keys(config.platforms)).toEqual(["k8s"]);
    expect(Object.keys(accepted(readDispatcherConfig(FULL_ENV)).platforms)).toEqual(["k8s", "aws", "coolify"]);
  });

  it("does not ask for the variables of a platform without a limit, or one that is not listed [meetingbot#354]", () => {
    expect(refused(dispatcher({ PLATFORM_PRIORITY: "coolify,k8s" }))).toEqual([]);
    expect(refused(dispatcher({ COOLIFY_BOT_LIMIT: "5" }))).toEqual([]);
  });

  it("asks for each variable of a platform that is used, all at once", () => {
    const problems = refused(dispatcher({ PLATFORM_PRIORITY: "k8s,coolify", COOLIFY_BOT_LIMIT: "0" }));
    const needed = "is required when coolify is used (in PLATFORM_PRIORITY, with a limit)";
    expect(problems).toEqual([
      ...["API_URL", "API_TOKEN", "PROJECT_UUID", "SERVER_UUID", "ENVIRONMENT_NAME", "ENVIRONMENT_UUID"].map(
        (name) => `COOLIFY_${name} ${needed}`,
      ),
      `COOLIFY_DESTINATION_UUID ${needed}`,
      "COOLIFY_IMAGE is required unless COOLIFY_IMAGE_ZOOM, COOLIFY_IMAGE_GOOGLE_MEET, COOLIFY_IMAGE_MICROSOFT_TEAMS are set",
    ]);
  });

  it("needs the address that bots call home to", () => {
    expect(refused(dispatcher({ MILO_PUBLIC_URL: undefined }))).toEqual([
      "MILO_PUBLIC_URL is required: bots call home to it",
    ]);
    expect(refused(dispatcher({ MILO_PUBLIC_URL: "milo.example.com" }))[0]).toContain("must be an http://");
    expect(refused(dispatcher({ MILO_PUBLIC_URL: "https://milo.example.com/?token=1" }))).toHaveLength(1);
  });

  it("warns when only bots on this machine could reach that address", () => {
    expect(dispatcher({ MILO_PUBLIC_URL: "http://127.0.0.1:3000" }).warnings.map((w) => w.variable)).toEqual([
      "MILO_PUBLIC_URL",
    ]);
    expect(dispatcher({}).warnings).toEqual([]);
  });

  it("reads the platforms that left the plan by themselves", () => {
    expect(accepted(readPlatformConfigs(FULL_ENV, ["coolify"]))).toMatchObject({ coolify: { projectUuid: "project" } });
    expect(refused(readPlatformConfigs(KUBERNETES_ENV, ["k8s", "coolify"]))).toHaveLength(8);
  });
});

describe("a configuration with many things wrong", () => {
  const env: RawEnvironment = {
    DEPLOYMENT_PLATFORM: "k8s",
    PLATFORM_PRIORITY: "k8s,aws,local",
    K8S_BOT_LIMIT: "many",
    AWS_BOT_LIMIT: "1",
    COOLIFY_BOT_LIMIT: "2",
    DATABASE_URL: "mysql://db",
    LOG_LEVEL: "loud",
    CLAIM_LEASE_MS: "1",
    HEARTBEAT_STALE_MS: "61000",
    DISPATCHER_PORT: "99999",
    AWS_REGION: "Frankfurt",
    AWS_ECS_CLUSTER: "bots",
    AWS_ECS_SUBNETS: "a,,b",
    AWS_ECS_SECURITY_GROUPS: "sg-1",
    AWS_ECS_TASK_DEF: "bot",
    K8S_KUBECONFIG: "/k",
    K8S_IMAGE_ZOOM: "zoom:1",
    K8S_JOB_PATCH: "{",
  };

  it("says all of them at once, each with an example, and the warnings apart", () => {
    const result = readDispatcherConfig(env);
    expect(result.ok ? [] : result.problems.map((p) => p.variable)).toEqual([
      "DEPLOYMENT_PLATFORM",
      "PLATFORM_PRIORITY",
      "K8S_BOT_LIMIT",
      "DATABASE_URL",
      "LOG_LEVEL",
      "CLAIM_LEASE_MS",
      "HEARTBEAT_STALE_MS",
      "MILO_PUBLIC_URL",
      "DISPATCHER_PORT",
      "K8S_IMAGE",
      "K8S_JOB_PATCH",
      "AWS_REGION",
      "AWS_ECS_SUBNETS",
      "AWS_ECS_TASK_DEF",
    ]);
    expect(result.warnings.map((w) => w.variable)).toEqual(["COOLIFY_BOT_LIMIT"]);
    for (const { variable, example } of result.ok ? [] : result.problems) {
      expect(example).toMatch(variable === "DEPLOYMENT_PLATFORM" ? /^PLATFORM_PRIORITY=./ : RegExp(`^${variable}=.`));
    }
  });

  it("starts when every example is followed", () => {
    const result = readDispatcherConfig(env);
    const examples = result.ok ? [] : result.problems.map((p) => p.example);
    const followed = Object.fromEntries(examples.map((e) => [e.slice(0, e.indexOf("=")), e.slice(e.indexOf("=") + 1)]));
    const coolify = Object.fromEntries(Object.entries(FULL_ENV).filter(([name]) => name.startsWith("COOLIFY_")));
    const fixed = { ...env, DEPLOYMENT_PLATFORM: undefined, ...coolify, ...followed };
    expect(refused(readDispatcherConfig(fixed))).toEqual([]);
  });

  it("throws them as one error with a line each", () => {
    const result = readDispatcherConfig(env);
    const message = new ConfigError(result.ok ? [] : result.problems).message;
    expect(message.split("\n")).toHaveLength(15);
    expect(message).toContain(
      "\n  DEPLOYMENT_PLATFORM was replaced by PLATFORM_PRIORITY; remove it. Example: PLATFORM",
    );
  });
});

describe("the start-up summary", () => {
  const lines = describeConfig(accepted(readDispatcherConfig(FULL_ENV)));

  it("shows what is set and what is defaulted", () => {
    expect(lines).toContain("PLATFORM_PRIORITY=k8s,aws,coolify");
    expect(lines).toContain("GLOBAL_QUEUE_TIMEOUT_MS=600000 (default)");
    expect(lines).toContain("AWS_ECS_USE_SPOT=false (default)");
    expect(lines.some((line) => line.startsWith("K8S_CONTEXT"))).toBe(false);
  });

  it("hides every secret", () => {
    expect(lines).toContain("COOLIFY_API_TOKEN=(hidden)");
    expect(lines).toContain("DATABASE_URL=postgres://milo:***@db.internal:5432/milo");
    expect(lines.join("\n")).not.toMatch(/pa55|c00lify-t0ken/);
    const secretWeb = describeConfig(accepted(web({ MILO_ACCESS_TOKEN: "0123456789abcdef" })));
    expect(secretWeb).toContain("MILO_ACCESS_TOKEN=(hidden)");
  });

  it("names each variable once", () => {
    const names = lines.map((line) => line.slice(0, line.indexOf("=")));
    expect(new Set(names).size).toBe(names.length);
  });
});

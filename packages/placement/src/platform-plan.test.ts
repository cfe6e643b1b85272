import { describe, expect, it } from "vitest";
import { MAX_QUEUE_TIMEOUT_MS, type PlanInput, readPlatformPlan } from "./platform-plan.ts";

const LIMITS = { K8S_BOT_LIMIT: "30", AWS_BOT_LIMIT: "100", COOLIFY_BOT_LIMIT: "50" };

function plan(input: PlanInput) {
  const result = readPlatformPlan(input);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function problems(input: PlanInput) {
  const result = readPlatformPlan(input);
  return result.ok ? [] : result.problems.map((p) => `${p.variable} ${p.problem}`);
}

describe("a platform plan that is right", () => {
  it("has the specification's waits by default, in the order of PLATFORM_PRIORITY", () => {
    expect(plan({ PLATFORM_PRIORITY: "coolify,k8s,aws", ...LIMITS })).toEqual({
      ok: true,
      warnings: [],
      plan: {
        platforms: [
          { platform: "coolify", limit: 50, queueTimeoutMs: 300_000, launchConcurrency: 2 },
          { platform: "k8s", limit: 30, queueTimeoutMs: 60_000, launchConcurrency: 20 },
          { platform: "aws", limit: 100, queueTimeoutMs: 30_000, launchConcurrency: 20 },
        ],
        globalQueueTimeoutMs: 600_000,
      },
    });
  });

  it("takes names trimmed and in lower case, and blank values as not set", () => {
    const read = plan({
      PLATFORM_PRIORITY: " K8s , aws ",
      ...LIMITS,
      COOLIFY_BOT_LIMIT: " ",
      K8S_QUEUE_TIMEOUT_MS: "",
    });
    expect(read.plan.platforms.map((p) => p.platform)).toEqual(["k8s", "aws"]);
    expect(read.plan.platforms[0]?.queueTimeoutMs).toBe(60_000);
    expect(read.warnings).toEqual([]);
  });

  it("takes a limit of 0, and waits from 0 to a day", () => {
    const read = plan({
      PLATFORM_PRIORITY: "k8s,aws",
      K8S_BOT_LIMIT: "0",
      AWS_BOT_LIMIT: "1",
      K8S_QUEUE_TIMEOUT_MS: "0",
      AWS_QUEUE_TIMEOUT_MS: "86400000",
      GLOBAL_QUEUE_TIMEOUT_MS: "0",
      AWS_LAUNCH_CONCURRENCY: "7",
    });
    expect(read.plan).toEqual({
      platforms: [
        { platform: "k8s", limit: 0, queueTimeoutMs: 0, launchConcurrency: 20 },
        { platform: "aws", limit: 1, queueTimeoutMs: 86_400_000, launchConcurrency: 7 },
      ],
      globalQueueTimeoutMs: 0,
    });
  });

  it("skips a platform without a limit, with a warning that names both ways out", () => {
    const read = plan({ PLATFORM_PRIORITY: "k8s,aws", AWS_BOT_LIMIT: "5" });
    expect(read.plan.platforms.map((p) => p.platform)).toEqual(["aws"]);
    expect(read.warnings).toEqual([
      {
        variable: "K8S_BOT_LIMIT",
        problem: "is not set: k8s is skipped. Set it, or remove k8s from PLATFORM_PRIORITY",
        example: "K8S_BOT_LIMIT=30",
      },
    ]);
  });

  it("warns of a limit whose platform is not listed, and does not use it", () => {
    const read = plan({ PLATFORM_PRIORITY: "k8s", ...LIMITS });
    expect(read.plan.platforms.map((p) => p.platform)).toEqual(["k8s"]);
    expect(read.warnings.map((w) => w.variable)).toEqual(["AWS_BOT_LIMIT", "COOLIFY_BOT_LIMIT"]);
  });
});

describe("a platform plan that is refused", () => {
  it.each([undefined, "", "  "])("needs PLATFORM_PRIORITY (%j)", (value) => {
    expect(problems({ PLATFORM_PRIORITY: value, ...LIMITS })).toEqual([
      "PLATFORM_PRIORITY is required: the deployment platforms to use, first choice first",
    ]);
  });

  it.each([
    ["local,k8s", "contains local"],
    ["LOCAL", "contains local"],
    ["k8s,heroku", 'contains "heroku"'],
    ["k8s,aws,K8S", "names k8s twice"],
    ["k8s,,aws", "has an empty name"],
    [",", "has an empty name"],
  ])("refuses PLATFORM_PRIORITY=%s with one sentence", (value, sentence) => {
    const found = problems({ PLATFORM_PRIORITY: value, ...LIMITS });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`PLATFORM_PRIORITY ${sentence}`);
  });

  it("refuses a list of which no platform has a limit", () => {
    expect(problems({ PLATFORM_PRIORITY: "k8s,aws" })).toEqual([
      "K8S_BOT_LIMIT is not set, and no other platform in PLATFORM_PRIORITY has a limit: nothing could ever run",
    ]);
  });

  it("names the replacement of DEPLOYMENT_PLATFORM", () => {
    expect(problems({ DEPLOYMENT_PLATFORM: "k8s", PLATFORM_PRIORITY: "k8s", ...LIMITS })).toEqual([
      "DEPLOYMENT_PLATFORM was replaced by PLATFORM_PRIORITY; remove it",
    ]);
  });

  it.each(["-1", "1.5", "1e3", "ten", "0x10", "1000001", "99999999999999999999"])("refuses the limit %s", (value) => {
    expect(problems({ PLATFORM_PRIORITY: "k8s", K8S_BOT_LIMIT: value })).toEqual([
      `K8S_BOT_LIMIT must be a whole number from 0 to 1000000, but is "${value}"`,
    ]);
  });

  it.each(["K8S_QUEUE_TIMEOUT_MS", "GLOBAL_QUEUE_TIMEOUT_MS"])("refuses a %s of more than a day", (variable) => {
    const input = { PLATFORM_PRIORITY: "k8s", ...LIMITS, [variable]: String(MAX_QUEUE_TIMEOUT_MS + 1) };
    expect(problems(input)).toEqual([`${variable} must be a whole number from 0 to 86400000, but is "86400001"`]);
  });

  it("refuses no launch permits at all", () => {
    const input = { PLATFORM_PRIORITY: "k8s", ...LIMITS, K8S_LAUNCH_CONCURRENCY: "0" };
    expect(problems(input)).toEqual(['K8S_LAUNCH_CONCURRENCY must be a whole number from 1 to 1000, but is "0"']);
  });

  it("reports every problem at once, beside the warnings, each with an example that is right", () => {
    const result = readPlatformPlan({
      DEPLOYMENT_PLATFORM: "aws",
      PLATFORM_PRIORITY: "local,k8s,nomad,",
      K8S_QUEUE_TIMEOUT_MS: "soon",
      GLOBAL_QUEUE_TIMEOUT_MS: "-5",
      AWS_BOT_LIMIT: "10",
    });
    expect(result.ok ? [] : result.problems.map((p) => p.variable)).toEqual([
      "DEPLOYMENT_PLATFORM",
      "PLATFORM_PRIORITY",
      "PLATFORM_PRIORITY",
      "PLATFORM_PRIORITY",
      "K8S_QUEUE_TIMEOUT_MS",
      "GLOBAL_QUEUE_TIMEOUT_MS",
      "K8S_BOT_LIMIT",
    ]);
    expect(result.warnings.map((w) => w.variable)).toEqual(["K8S_BOT_LIMIT", "AWS_BOT_LIMIT"]);
    const examples = result.ok ? [] : result.problems.map((p) => p.example);
    const fixed = Object.fromEntries(examples.map((example) => example.split("=") as [string, string]));
    expect(readPlatformPlan(fixed).ok).toBe(true);
  });
});

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";

export type MotoServer = { url: string; close(): Promise<void> };

const STARTS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;
const EXECUTABLE = "moto_server";

/** Whether an independent ECS is at hand: `moto_server` on PATH, and able to run. */
export function hasMotoServer(): boolean {
  try {
    execFileSync(EXECUTABLE, ["--help"], { stdio: "ignore", timeout: STARTS_WITHIN_MS });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts moto on a free loopback port. By default its tasks move on with each DescribeTasks until they are STOPPED;
 * here they stay as they are until they are stopped.
 */
export async function openMotoServer(): Promise<MotoServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(EXECUTABLE, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  await untilAnswers(url, child);
  const transition = { model_name: "ecs::task", transition: { progression: "manual", times: 1_000 } };
  const set = await fetch(`${url}/moto-api/state-manager/set-transition`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(transition),
  });
  if (!set.ok) throw new Error(`moto refused the transition: ${set.status}`);
  return { url, close: () => endOf(child) };
}

/** A subnet and a security group of moto's default network: its awsvpc tasks want real ones. */
export async function findMotoNetwork(url: string): Promise<{ subnets: string[]; securityGroups: string[] }> {
  return {
    subnets: [await askEc2(url, "DescribeSubnets", /<subnetId>([^<]+)/)],
    securityGroups: [await askEc2(url, "DescribeSecurityGroups", /<groupId>([^<]+)/)],
  };
}

async function askEc2(url: string, action: string, answer: RegExp): Promise<string> {
  const scope = "20260101/eu-central-1/ec2/aws4_request";
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host, Signature=none`,
    },
    body: `Action=${action}&Version=2016-11-15`,
  });
  const found = answer.exec(await response.text())?.[1];
  if (!found) throw new Error(`moto answered ${response.status} to ${action}`);
  return found;
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const endsAtMs = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${EXECUTABLE} ended with ${child.exitCode}`);
    const answered = await fetch(`${url}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    if (performance.now() > endsAtMs) throw new Error(`${EXECUTABLE} did not answer within ${STARTS_WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

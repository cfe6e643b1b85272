import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

export type Moto = { url: string; subnet: string; [Symbol.asyncDispose](): Promise<void> };

/** Whether the independent ECS server `moto_server` is installed. */
export function hasMoto(): boolean {
  return spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function waitUntilUp(url: string, process: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (Date.now() < giveUpAt && process.exitCode === null) {
    const isUp = await fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("moto_server did not start");
}

async function findSubnet(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIATEST/20250101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "Action=DescribeSubnets&Version=2016-11-15",
  });
  const subnet = /<subnetId>(subnet-[0-9a-f]+)<\/subnetId>/.exec(await response.text())?.[1];
  if (subnet === undefined) throw new Error("moto_server has no default subnet");
  return subnet;
}

/** Starts moto_server on a free port, with tasks that stay RUNNING however often they are described. */
export async function startMoto(): Promise<Moto> {
  const port = await findFreePort();
  const process = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore", detached: true });
  const exited = new Promise<void>((resolve) => process.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const dispose = async (): Promise<void> => {
    if (process.pid !== undefined && process.exitCode === null) globalThis.process.kill(-process.pid, "SIGKILL");
    await exited;
  };
  try {
    await waitUntilUp(url, process);
    await fetch(`${url}/moto-api/state-manager/set-transition`, {
      method: "POST",
      body: JSON.stringify({ model_name: "ecs::task", transition: { progression: "manual", times: 1000 } }),
    });
    return { url, subnet: await findSubnet(url), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

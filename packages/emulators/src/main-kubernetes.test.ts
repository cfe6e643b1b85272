import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("starts as a process of its own, says where it is in one line and ends on SIGTERM", async () => {
  const main = fileURLToPath(new URL("./main-kubernetes.ts", import.meta.url));
  const args = ["--image", 'r:5000/bot=["sleep","60"]', "--node-capacity", "3", "--set", "quotaJobs=4"];
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, token, kubeconfig } = JSON.parse(line);
  expect(await readFile(kubeconfig, "utf8")).toContain(`server: ${url}`);
  expect(await (await fetch(`${url}/_emulator/settings`)).json()).toMatchObject({ nodeCapacity: 3, quotaJobs: 4 });
  const jobs = await fetch(`${url}/apis/batch/v1/namespaces/bots/jobs`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(jobs.status).toBe(200);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

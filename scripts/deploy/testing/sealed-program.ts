import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { ROOT } from "../../start/paths.ts";

/** The number that the images run as. */
export const USER = "10001";

/** What the container's security context comes to: nothing can be written, no root, no rights, and none to be had. */
const SEAL = [
  "mount --make-rprivate /",
  // Every file system of a disk or of memory; what is left are the kernel's own.
  "awk '$3 ~ /^(ext[234]|xfs|btrfs|overlay|tmpfs|9p|virtiofs|fuse.*)$/ {print $2}' /proc/mounts | while read -r at; do mount -o remount,bind,ro \"$at\" || exit 1; done",
  `exec setpriv --reuid ${USER} --regid ${USER} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"`,
].join(" && ");

/** Why programs can't be sealed here; null when they can. */
export function whyUnsealed(): string | null {
  if (process.platform !== "linux") return "it takes Linux' namespaces";
  if (process.getuid?.() !== 0) return "it takes root to drop root's rights";
  const probe = ["sh", "-c", `! touch ${ROOT}/x 2>&- && ! touch /tmp/x 2>&- && test -r ${ROOT}/package.json && id -u`];
  const { status, stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", SEAL, "sh", ...probe], {
    encoding: "utf8",
  });
  return status === 0 && stdout.trim() === USER ? null : `sealing does not work here (${stderr?.trim() || status})`;
}

export type SealedProgram = {
  child: ChildProcess;
  /** Its address, once it says that it works; rejects with its output when it ends before. */
  url: Promise<string>;
  ended: Promise<{ code: number | null; output: string }>;
};

/** Runs a program of Node as user 10001 where every disk is read-only, with nothing in its environment but `env`. */
export function runSealed(file: string, env: Readonly<Record<string, string>>): SealedProgram {
  const args = ["--mount", "sh", "-c", SEAL, "sh", process.execPath, file];
  const child = spawn("unshare", args, {
    cwd: ROOT,
    env: { NODE_ENV: "production", PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).then((code) => ({
    code,
    output,
  }));
  const url = new Promise<string>((resolve, reject) => {
    child.once("message", (message: { url?: string }) => resolve(message.url ?? ""));
    void ended.then(() => reject(new Error(output)));
  });
  url.catch(() => undefined);
  return { child, url, ended };
}

import { type ChildProcess, spawn } from "node:child_process";

// Reads process group ids. When this process dies, however it dies, its end of the pipe closes and the groups are ended.
const SCRIPT =
  'groups=""; while read -r id; do groups="$groups $id"; done; for id in $groups; do kill -s KILL -- "-$id"; done';

/** Ends the process groups it was told of when this process is killed. */
export type Lifeline = {
  hold(processGroupId: number): void;
  /** Forgets them all: they were stopped in order. */
  cut(): void;
};

/** Starts a shell, in a session of its own so that Ctrl-C misses it, that outlives this process just long enough. */
export function createLifeline(): Lifeline {
  const shell: ChildProcess = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.stdin?.on("error", () => undefined); // Only if somebody killed it; everything else goes on.
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return {
    hold: (id) => void shell.stdin?.write(`${id}\n`),
    cut: () => void shell.kill("SIGKILL"),
  };
}

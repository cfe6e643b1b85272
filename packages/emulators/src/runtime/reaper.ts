import { type ChildProcess, spawn } from "node:child_process";

// Reads "add <pid>" and "del <pid>" lines; when the emulator dies, however it dies, its end of the pipe closes
// and every process group still listed is killed.
const REAPER_SCRIPT = `
pids=" "
while read -r op pid; do
  case "$op" in
    add) pids="$pids$pid " ;;
    del) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid"; done
`;

/** Kills the registered process groups once this process is gone, even by SIGKILL. */
export interface Reaper {
  add(processGroupId: number): void;
  remove(processGroupId: number): void;
  close(): void;
}

/** Makes a reaper; its shell is spawned with the first group, in a session of its own so that Ctrl-C misses it. */
export function createReaper(): Reaper {
  let shell: ChildProcess | null = null;
  const write = (line: string): void => {
    shell?.stdin?.write(line);
  };
  return {
    add: (processGroupId) => {
      shell ??= spawnReaper();
      write(`add ${processGroupId}\n`);
    },
    remove: (processGroupId) => write(`del ${processGroupId}\n`),
    close: () => {
      shell?.stdin?.end();
      shell = null;
    },
  };
}

function spawnReaper(): ChildProcess {
  const shell = spawn("/bin/sh", ["-c", REAPER_SCRIPT], {
    detached: true,
    // The shell needs nothing, whatever a consumer's types demand to be there.
    env: {} as NodeJS.ProcessEnv,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.stdin.on("error", () => {
    // The shell can only be gone because someone killed it; the containers go on without it.
  });
  shell.unref();
  if ("unref" in shell.stdin && typeof shell.stdin.unref === "function") shell.stdin.unref();
  return shell;
}

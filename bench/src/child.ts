import { type ChildProcess, fork } from "node:child_process";

/** A process of the benchmark: started with one JSON argument, then talked to in plain messages. */
export type Child = {
  process: ChildProcess;
  send(message: { kind: string }): void;
  /** The next message of this kind; rejects when the process ends without it. */
  next<Message extends { kind: string }>(kind: Message["kind"]): Promise<Message>;
  /** Tells it to stop, once, and waits until it ended. */
  stop(): Promise<void>;
};

export function startChild(path: string, setup: object, execArgv: readonly string[] = []): Child {
  // A child's own output may not mix with the one line of JSON.
  const child = fork(path, [JSON.stringify(setup)], {
    stdio: ["ignore", 2, 2, "ipc"],
    execArgv: [...execArgv],
    serialization: "json",
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(`ended with ${signal ?? code}`));
    child.once("error", (error) => resolve(error.message));
  });
  let isStopping = false;
  const send = (message: { kind: string }) => void child.send(message);
  return {
    process: child,
    send,
    next<Message extends { kind: string }>(kind: Message["kind"]): Promise<Message> {
      return new Promise((resolve, reject) => {
        const hear = (message: unknown) => {
          if ((message as Message).kind !== kind) return;
          child.off("message", hear);
          resolve(message as Message);
        };
        child.on("message", hear);
        void ended.then((how) => reject(new Error(`${path} ${how} before it said "${kind}"`)));
      });
    },
    async stop() {
      if (child.connected && !isStopping) send({ kind: "stop" });
      isStopping = true;
      const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

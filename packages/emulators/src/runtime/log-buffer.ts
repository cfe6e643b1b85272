import type { Readable } from "node:stream";

/** The last lines a container wrote, oldest first. */
export interface LogBuffer {
  follow(stream: Readable): void;
  lines(count?: number): string[];
}

/** Keeps at most `limit` lines of all followed streams. */
export function createLogBuffer(limit = 1000): LogBuffer {
  const lines: string[] = [];
  const push = (line: string): void => {
    lines.push(line);
    if (lines.length > limit) lines.shift();
  };
  return {
    follow: (stream) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        const parts = (rest + chunk).split("\n");
        rest = parts.pop() ?? "";
        parts.forEach(push);
      });
      stream.on("end", () => {
        if (rest !== "") push(rest);
      });
    },
    lines: (count = limit) => (count <= 0 ? [] : lines.slice(-count)),
  };
}

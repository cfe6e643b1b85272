/** The first line the starter writes to the host's stdin. Everything after it is only the life line. */
export interface HostRequest {
  /** Folder that holds the cluster, its password, the owner's pid file and the log. */
  dataDir: string;
  /** TCP port on 127.0.0.1; null = any free one. */
  port: number | null;
  /** Server settings on top of the safe defaults, e.g. `{ max_connections: "300" }`. */
  settings: Record<string, string>;
  /** Database created beside `postgres` when missing. */
  database: string;
}

/** The one line the host writes to its stdout: either it is ready or it says why it will not be. */
export type HostAnswer = { url: string; adminUrl: string; pid: number } | { error: string };

import type { ToldItem } from "./told-log.ts";

/** What the tabs of a browser say to each other: one holds the stream, the others follow it. */
export type Said =
  /** A follower wants to be told, from its cursor on. Heartbeats too, of these bots. */
  | { kind: "join"; tab: string; cursor: string | undefined; botIds: readonly number[] }
  | { kind: "leave"; tab: string }
  /** The answer to one follower: what it has missed. From here on it is told everything. */
  | { kind: "welcome"; holder: string; to: string; items: readonly ToldItem[] }
  | { kind: "told"; holder: string; item: ToldItem }
  /** `opened`: its stream has caught up, who follows another holder or none may join. `alive`: a ping. */
  | { kind: "opened" | "alive" | "lost" | "refused"; holder: string }
  /** It has the seat and runs, whatever became of its stream. */
  | { kind: "here"; holder: string };

/** One process of milo. */
export type ProcessSample = {
  name: string;
  /** Another one after a restart. */
  pid: number;
  uptimeS: number;
  rssBytes: number;
  /** After the last full collection, one of which is asked for each minute; null before the first. */
  heapAfterGcBytes: number | null;
  /** Of the event loop, since the measurement before. */
  lagP99Ms: number;
};

export type TableSample = { name: string; rows: number; deadRows: number; tableBytes: number; indexBytes: number };

/** What a soak looks at every few seconds. */
export type Sample = {
  /** Since the load began. */
  atS: number;
  processes: readonly ProcessSample[];
  /** Null while the database does not answer. */
  database: DatabaseSample | null;
};

export type DatabaseSample = {
  /** Connections by `application_name`, milo's own ones only. */
  connections: Readonly<Record<string, number>>;
  tables: readonly TableSample[];
  running: number;
  waiting: number;
  /** Bots that became final since the load began, cleared away or not. */
  finished: number;
};

export type SoakResult = {
  seed: number;
  minutes: number;
  botsPerMinute: number;
  /** For how long bots are kept after their end. */
  keepMinutes: number;
  accepted: number;
  failedCalls: number;
  faults: readonly { atS: number; name: string }[];
  samples: readonly Sample[];
};

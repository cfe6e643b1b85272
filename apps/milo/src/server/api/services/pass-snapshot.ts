/**
 * Whether a transaction is visible in a snapshot, both as PostgreSQL writes them (`pg_current_xact_id`,
 * `pg_current_snapshot` as `xmin:xmax:xip,…`). Clocks cannot tell this: a bot's times are read before its commit.
 */
export function isVisibleIn(transactionId: string, snapshot: string): boolean {
  const [xmin = "", xmax = "", underWay = ""] = snapshot.split(":");
  if (xmin === "" || xmax === "") return false;
  const id = BigInt(transactionId);
  if (id < BigInt(xmin)) return true;
  return id < BigInt(xmax) && !underWay.split(",").includes(transactionId);
}

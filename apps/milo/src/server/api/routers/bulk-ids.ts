import { z } from "zod";

/** PostgreSQL's integer: a larger id names nothing, and would be refused by the database. */
const ID_MAX = 2_147_483_647;
const BULK_MOST = 500;

/** An id of a row, as the API takes it. */
export const rowId = z.int().positive().max(ID_MAX);

/** The ids of one bulk action. */
export const bulkIds = z.array(rowId).min(1).max(BULK_MOST);

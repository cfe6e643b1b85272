import { LOST_ROWS } from "./lost-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(LOST_ROWS);

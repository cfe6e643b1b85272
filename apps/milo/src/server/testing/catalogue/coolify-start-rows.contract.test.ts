import { COOLIFY_START_ROWS } from "./coolify-start-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(COOLIFY_START_ROWS);

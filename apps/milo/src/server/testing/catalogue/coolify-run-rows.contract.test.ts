import { COOLIFY_RUN_ROWS } from "./coolify-run-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(COOLIFY_RUN_ROWS);

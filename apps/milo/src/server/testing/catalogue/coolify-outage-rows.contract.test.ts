import { COOLIFY_OUTAGE_ROWS } from "./coolify-outage-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(COOLIFY_OUTAGE_ROWS);

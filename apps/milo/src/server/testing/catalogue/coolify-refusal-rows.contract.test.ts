import { COOLIFY_REFUSAL_ROWS } from "./coolify-refusal-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(COOLIFY_REFUSAL_ROWS);

import { ECS_OUTAGE_ROWS } from "./ecs-outage-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(ECS_OUTAGE_ROWS);

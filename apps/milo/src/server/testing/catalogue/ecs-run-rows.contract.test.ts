import { ECS_RUN_ROWS } from "./ecs-run-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(ECS_RUN_ROWS);

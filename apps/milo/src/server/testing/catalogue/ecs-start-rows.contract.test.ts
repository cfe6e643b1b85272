import { ECS_START_ROWS } from "./ecs-start-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(ECS_START_ROWS);

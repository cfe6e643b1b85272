import { ECS_REFUSAL_ROWS } from "./ecs-refusal-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(ECS_REFUSAL_ROWS);

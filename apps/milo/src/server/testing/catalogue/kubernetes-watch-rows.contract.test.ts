import { KUBERNETES_WATCH_ROWS } from "./kubernetes-watch-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(KUBERNETES_WATCH_ROWS);

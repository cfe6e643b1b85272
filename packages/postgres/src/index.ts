export { type RunningPostgres, type StartPostgresOptions, startPostgres } from "./start-postgres.ts";

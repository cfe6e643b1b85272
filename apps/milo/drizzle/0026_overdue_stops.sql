-- Since when it is told that a stop does not take; told once.
ALTER TABLE "deployments" ADD COLUMN "stop_overdue_since" timestamp with time zone;

-- The W3C trace context of the request that made a bot, so that what dispatchers and other web replicas do for it is told
-- in the same trace. Null while traces are off; never more than 55 characters.
ALTER TABLE "bots" ADD COLUMN "trace_parent" text;

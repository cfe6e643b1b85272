-- The platforms that a bot is kept to, as it was asked for; null = all of the plan. A retry asks for the same.
ALTER TABLE "bots" ADD COLUMN "wanted_platforms" text[];
--> statement-breakpoint
-- Each page of the list of bots is read from one end of an index, whichever filters it has.
CREATE INDEX "bots_list_idx" ON "bots" USING btree ("status", coalesce("deployment_platform", ''), "meeting_platform", "id");
--> statement-breakpoint
CREATE INDEX "bots_finished_idx" ON "bots" USING btree ("status", "finished_at") WHERE finished_at IS NOT NULL;
--> statement-breakpoint
-- What a search asks for: the beginning of a name in whatever case, and an address, which may be too long for an index.
CREATE INDEX "bots_name_idx" ON "bots" USING btree (lower("name") text_pattern_ops);
--> statement-breakpoint
CREATE INDEX "bots_meeting_url_idx" ON "bots" USING btree (md5("meeting_url"), "id");

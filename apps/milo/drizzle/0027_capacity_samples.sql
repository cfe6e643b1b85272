-- What each platform held against its limit, minute by minute, and how many bots waited. A minute is written once,
-- however many dispatchers run, and kept for 8 days.
CREATE TABLE "capacity_samples" (
	"at" timestamp with time zone NOT NULL,
	"platform" text NOT NULL,
	"used" integer NOT NULL,
	"bot_limit" integer NOT NULL,
	"waiting" integer NOT NULL,
	CONSTRAINT "capacity_samples_at_platform_pk" PRIMARY KEY("at","platform")
);
--> statement-breakpoint
ALTER TABLE "capacity_samples" ADD CONSTRAINT "capacity_samples_platform_platforms_platform_fk" FOREIGN KEY ("platform") REFERENCES "public"."platforms"("platform") ON DELETE no action ON UPDATE no action;

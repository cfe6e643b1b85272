-- The schema before hybrid platforms: one deployment platform per installation, a Coolify-only queue.
CREATE TABLE "bots" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" varchar(255) NOT NULL,
	"meeting_platform" varchar(50) NOT NULL,
	"meeting_url" text NOT NULL,
	"status" varchar(50) DEFAULT 'DEPLOYING' NOT NULL,
	"deployment_platform" varchar(50),
	"platform_identifier" varchar(255),
	"created_at" timestamp DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bot_pool_queue" (
	"id" serial PRIMARY KEY NOT NULL,
	"bot_id" integer NOT NULL REFERENCES "bots"("id") ON DELETE CASCADE,
	"priority" integer DEFAULT 100 NOT NULL,
	"queued_at" timestamp DEFAULT now() NOT NULL,
	"timeout_at" timestamp NOT NULL,
	"status" varchar(50) DEFAULT 'waiting' NOT NULL
);

CREATE TABLE "asset_derived" (
	"asset_id" text NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "asset_derived_asset_id_kind_hash_pk" PRIMARY KEY("asset_id","kind","hash")
);
--> statement-breakpoint
CREATE TABLE "asset_references" (
	"asset_id" text NOT NULL,
	"holder_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "asset_references_asset_id_holder_id_pk" PRIMARY KEY("asset_id","holder_id")
);
--> statement-breakpoint
CREATE TABLE "asset_removals" (
	"target" text PRIMARY KEY NOT NULL,
	"not_before" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "asset_uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"created_by" text NOT NULL,
	"name" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text,
	"state" text NOT NULL,
	"asset_id" text,
	"is_duplicate" boolean NOT NULL,
	"error" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"duration_ms" integer,
	"width" integer,
	"height" integer,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"action" text NOT NULL,
	"subject_id" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clip_batch_items" (
	"batch_id" text NOT NULL,
	"position" integer NOT NULL,
	"clip_id" text NOT NULL,
	"cancel_requested_at" timestamp with time zone,
	CONSTRAINT "clip_batch_items_batch_id_position_pk" PRIMARY KEY("batch_id","position")
);
--> statement-breakpoint
CREATE TABLE "clip_batches" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"run_id" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"concurrency" integer NOT NULL,
	"stitch" jsonb,
	"stitch_id" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "clip_detections" (
	"workspace_id" text NOT NULL,
	"event_id" text NOT NULL,
	"source" text NOT NULL,
	"clips" integer NOT NULL,
	"batches" jsonb NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "clip_detections_workspace_id_event_id_pk" PRIMARY KEY("workspace_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "clip_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"is_enabled" boolean NOT NULL,
	"source" text NOT NULL,
	"min_score" double precision NOT NULL,
	"min_ms" integer NOT NULL,
	"max_ms" integer NOT NULL,
	"most_clips" integer NOT NULL,
	"mode" text NOT NULL,
	"reframe" jsonb,
	"stitch" jsonb,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clips" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text,
	"source" jsonb,
	"run_id" text,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"mode" text NOT NULL,
	"reframe" jsonb,
	"start_ms" double precision NOT NULL,
	"end_ms" double precision NOT NULL,
	"score" double precision,
	"reasons" jsonb NOT NULL,
	"file_asset_id" text,
	"thumbnail_asset_id" text,
	"width" integer,
	"height" integer,
	"size_bytes" bigint,
	"receipt" jsonb,
	"processing_ms" integer,
	"error" jsonb,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clip_stitches" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"run_id" text NOT NULL,
	"batch_id" text,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"parts" jsonb NOT NULL,
	"options" jsonb NOT NULL,
	"file_asset_id" text,
	"thumbnail_asset_id" text,
	"width" integer,
	"height" integer,
	"duration_ms" bigint,
	"size_bytes" bigint,
	"receipt" jsonb,
	"processing_ms" integer,
	"error" jsonb,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cost_budgets" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"scope" text NOT NULL,
	"scope_id" text NOT NULL,
	"period" text NOT NULL,
	"limit_micros" bigint NOT NULL,
	"warn_percents" jsonb NOT NULL,
	"rule" text NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "cost_budgets_not_negative" CHECK ("cost_budgets"."limit_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "cost_counters" (
	"workspace_id" text NOT NULL,
	"scope" text NOT NULL,
	"scope_id" text NOT NULL,
	"period" text NOT NULL,
	"period_key" text NOT NULL,
	"spent_micros" bigint NOT NULL,
	"held_micros" bigint NOT NULL,
	CONSTRAINT "cost_counters_workspace_id_scope_scope_id_period_period_key_pk" PRIMARY KEY("workspace_id","scope","scope_id","period","period_key"),
	CONSTRAINT "cost_counters_not_negative" CHECK ("cost_counters"."spent_micros" >= 0 and "cost_counters"."held_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "cost_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"item" text NOT NULL,
	"quantity" double precision NOT NULL,
	"unit" text NOT NULL,
	"cost_micros" bigint NOT NULL,
	"price_id" text,
	"subject_id" text NOT NULL,
	"topic" text,
	"model" text,
	"video_id" text,
	"post_id" text,
	"is_cached" boolean DEFAULT false NOT NULL,
	"fingerprint" text,
	"reservation_id" text,
	"idempotency_key" text NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "cost_entries_not_negative" CHECK ("cost_entries"."cost_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "cost_prices" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"item" text NOT NULL,
	"unit" text NOT NULL,
	"cost_micros" bigint NOT NULL,
	"per" bigint NOT NULL,
	"valid_from" text NOT NULL,
	"valid_to" text,
	"checked_on" text NOT NULL,
	"source" text NOT NULL,
	"confidence" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cost_reservations" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"lines" jsonb NOT NULL,
	"reserved_micros" bigint NOT NULL,
	"settled_micros" bigint,
	"subject_id" text NOT NULL,
	"topic" text,
	"model" text,
	"video_id" text,
	"post_id" text,
	"idempotency_key" text NOT NULL,
	"reserved_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "draft_adaptations" (
	"draft_id" text NOT NULL,
	"destination" text NOT NULL,
	"workspace_id" text NOT NULL,
	"content" jsonb NOT NULL,
	"notes" jsonb NOT NULL,
	"draft_version" integer NOT NULL,
	"edited_by" text,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "draft_adaptations_draft_id_destination_pk" PRIMARY KEY("draft_id","destination")
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"stage" text NOT NULL,
	"asset_ids" jsonb NOT NULL,
	"clip_id" text,
	"origin" text,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "experiments" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"flag_key" text,
	"definition" jsonb NOT NULL,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	"stop_reason" text
);
--> statement-breakpoint
CREATE TABLE "exposures" (
	"workspace_id" text NOT NULL,
	"exposure_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"variant" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "exposures_workspace_id_exposure_id_unit_id_pk" PRIMARY KEY("workspace_id","exposure_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "flag_uses" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "flag_uses_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "flag_versions" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"definition" jsonb,
	"changed_by" text NOT NULL,
	"reason" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "flag_versions_workspace_id_key_version_pk" PRIMARY KEY("workspace_id","key","version")
);
--> statement-breakpoint
CREATE TABLE "outcomes" (
	"workspace_id" text NOT NULL,
	"id" text NOT NULL,
	"metric" text NOT NULL,
	"unit_id" text NOT NULL,
	"value" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "outcomes_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password_hash" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"person_id" text NOT NULL,
	"name" text NOT NULL,
	"purpose" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"invited_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitations_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean NOT NULL,
	"image" text,
	"must_change_password" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "people_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "sign_in_failures" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_failed_at" timestamp with time zone NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workspace_members" (
	"workspace_id" text NOT NULL,
	"person_id" text NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	CONSTRAINT "workspace_members_workspace_id_person_id_pk" PRIMARY KEY("workspace_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media_analyses" (
	"asset_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"options_hash" text NOT NULL,
	"workspace_id" text NOT NULL,
	"probe" jsonb NOT NULL,
	"analysis" jsonb NOT NULL,
	"duration_ms" double precision GENERATED ALWAYS AS ((analysis->>'durationMs')::float8) STORED,
	"poster" text GENERATED ALWAYS AS (analysis->>'poster') STORED,
	"contact_sheet" text GENERATED ALWAYS AS (analysis->>'contactSheet') STORED,
	"prefix" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_analyses_asset_id_content_sha256_options_hash_pk" PRIMARY KEY("asset_id","content_sha256","options_hash")
);
--> statement-breakpoint
CREATE TABLE "media_package_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"options_hash" text NOT NULL,
	"sealed_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media_packages" (
	"asset_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"options_hash" text NOT NULL,
	"workspace_id" text NOT NULL,
	"package" jsonb NOT NULL,
	"hls" text GENERATED ALWAYS AS (package->>'hls') STORED,
	"prefix" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_packages_asset_id_content_sha256_options_hash_pk" PRIMARY KEY("asset_id","content_sha256","options_hash")
);
--> statement-breakpoint
CREATE TABLE "media_renditions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"content_sha256" text NOT NULL,
	"preset" text NOT NULL,
	"min_score" double precision,
	"state" text NOT NULL,
	"run_id" text,
	"file_asset_id" text,
	"size_bytes" bigint,
	"report" jsonb,
	"processing_ms" integer,
	"error" jsonb,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media_transcode_jobs" (
	"token" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"vendor" text NOT NULL,
	"vendor_job_id" text,
	"update" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media_suggestion_decisions" (
	"asset_id" text NOT NULL,
	"suggestion_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"decision" text NOT NULL,
	"kind" text NOT NULL,
	"start_ms" double precision NOT NULL,
	"end_ms" double precision NOT NULL,
	"reason" text,
	"decided_by" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_suggestion_decisions_asset_id_suggestion_id_pk" PRIMARY KEY("asset_id","suggestion_id")
);
--> statement-breakpoint
CREATE TABLE "media_transcript_revisions" (
	"transcript_id" text NOT NULL,
	"revision" integer NOT NULL,
	"reason" text NOT NULL,
	"engine" text NOT NULL,
	"words" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_transcript_revisions_transcript_id_revision_pk" PRIMARY KEY("transcript_id","revision")
);
--> statement-breakpoint
CREATE TABLE "media_transcripts" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"run_id" text,
	"state" text NOT NULL,
	"wished_engine" text,
	"engine" text,
	"language" text,
	"script" text,
	"is_draft" boolean NOT NULL,
	"words" jsonb NOT NULL,
	"notes" jsonb NOT NULL,
	"needs_review" integer NOT NULL,
	"duration_ms" integer,
	"error" jsonb,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_breakers" (
	"model" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"in_a_row" integer NOT NULL,
	"times_opened" integer NOT NULL,
	"probe_at" timestamp with time zone,
	"last_failure" text,
	"checked_at" timestamp with time zone,
	"check_result" text,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_cache" (
	"workspace_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "model_cache_workspace_id_fingerprint_pk" PRIMARY KEY("workspace_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "model_calls" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"model" text NOT NULL,
	"kind" text NOT NULL,
	"task" text NOT NULL,
	"topic" text,
	"subject_id" text NOT NULL,
	"outcome" text NOT NULL,
	"counts_for_health" boolean NOT NULL,
	"latency_ms" integer NOT NULL,
	"cost_micros" bigint NOT NULL,
	"is_cached" boolean NOT NULL,
	"rating" double precision,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_choices" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"environment" text NOT NULL,
	"kind" text NOT NULL,
	"task" text NOT NULL,
	"topic" text NOT NULL,
	"chain" jsonb NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_reads" (
	"notification_id" text NOT NULL,
	"reader_id" text NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_reads_notification_id_reader_id_pk" PRIMARY KEY("notification_id","reader_id")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"person_id" text,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"subject_id" text NOT NULL,
	"once_key" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_attempts" (
	"delivery_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"status" integer,
	"duration_ms" integer NOT NULL,
	"error" text,
	"answer" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_attempts_delivery_id_attempt_pk" PRIMARY KEY("delivery_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"webhook_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tries_left" integer NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"url" text NOT NULL,
	"events" jsonb NOT NULL,
	"sealed_secret" text NOT NULL,
	"enabled" boolean NOT NULL,
	"disabled_because" text,
	"failures_in_row" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "productions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"run_id" text NOT NULL,
	"title" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"facts" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompt_versions" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"topic" text NOT NULL,
	"language" text NOT NULL,
	"version" integer NOT NULL,
	"definition" jsonb,
	"changed_by" text NOT NULL,
	"reason" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "prompt_versions_workspace_id_key_topic_language_version_pk" PRIMARY KEY("workspace_id","key","topic","language","version")
);
--> statement-breakpoint
CREATE TABLE "setting_versions" (
	"environment" text DEFAULT 'development' NOT NULL,
	"workspace_id" text NOT NULL,
	"topic" text DEFAULT '' NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"value" jsonb,
	"changed_by" text NOT NULL,
	"reason" text NOT NULL,
	"rolled_back_to" integer,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "setting_versions_environment_workspace_id_topic_key_version_pk" PRIMARY KEY("environment","workspace_id","topic","key","version")
);
--> statement-breakpoint
CREATE TABLE "topic_versions" (
	"environment" text DEFAULT 'development' NOT NULL,
	"workspace_id" text NOT NULL,
	"topic" text NOT NULL,
	"version" integer NOT NULL,
	"profile" jsonb,
	"changed_by" text NOT NULL,
	"reason" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "topic_versions_environment_workspace_id_topic_version_pk" PRIMARY KEY("environment","workspace_id","topic","version")
);
--> statement-breakpoint
CREATE TABLE "run_effects" (
	"run_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"effect" text NOT NULL,
	"result" jsonb,
	"applied" integer DEFAULT 0 NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_effects_run_id_attempt_effect_pk" PRIMARY KEY("run_id","attempt","effect")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"workflow" text NOT NULL,
	"title" text NOT NULL,
	"subject_id" text NOT NULL,
	"requested_by" text NOT NULL,
	"state" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"stage" text,
	"stage_label" text,
	"percent" double precision DEFAULT 0 NOT NULL,
	"stage_base" double precision DEFAULT 0 NOT NULL,
	"stage_share" double precision DEFAULT 0 NOT NULL,
	"step_points" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"input" jsonb NOT NULL,
	"traceparent" text,
	"result" jsonb,
	"error" jsonb,
	"invocation_id" text,
	"submitted_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"cancel_sent_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"stuck_since" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"workflow" text NOT NULL,
	"title" text NOT NULL,
	"subject_id" text NOT NULL,
	"requested_by" text NOT NULL,
	"input" jsonb NOT NULL,
	"cron" text,
	"zone" text DEFAULT 'UTC' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"next_at" timestamp with time zone,
	"generation" bigint DEFAULT 1 NOT NULL,
	"armed_generation" bigint DEFAULT 0 NOT NULL,
	"armed_at" timestamp with time zone,
	"last_due_at" timestamp with time zone,
	"last_run_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"workspace_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_taken" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"workspace_id" text NOT NULL,
	"actor_id" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"body" text,
	"headers" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_workspace_id_actor_id_route_key_pk" PRIMARY KEY("workspace_id","actor_id","route","key")
);
--> statement-breakpoint
CREATE TABLE "sealed_secrets" (
	"name" text NOT NULL,
	"version_id" text NOT NULL,
	"stage" text NOT NULL,
	"key_id" text NOT NULL,
	"wrapped_key" text NOT NULL,
	"sealed_value" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sealed_secrets_name_version_id_pk" PRIMARY KEY("name","version_id")
);
--> statement-breakpoint
ALTER TABLE "asset_derived" ADD CONSTRAINT "asset_derived_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "asset_references" ADD CONSTRAINT "asset_references_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clip_batch_items" ADD CONSTRAINT "clip_batch_items_batch_id_clip_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."clip_batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_adaptations" ADD CONSTRAINT "draft_adaptations_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_members" ADD CONSTRAINT "workspace_members_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_members" ADD CONSTRAINT "workspace_members_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_transcript_revisions" ADD CONSTRAINT "media_transcript_revisions_transcript_id_media_transcripts_id_fk" FOREIGN KEY ("transcript_id") REFERENCES "public"."media_transcripts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_reads" ADD CONSTRAINT "notification_reads_notification_id_notifications_id_fk" FOREIGN KEY ("notification_id") REFERENCES "public"."notifications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_effects" ADD CONSTRAINT "run_effects_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "asset_derived_by_prefix" ON "asset_derived" USING btree ("prefix");--> statement-breakpoint
CREATE INDEX "asset_removals_by_time" ON "asset_removals" USING btree ("not_before");--> statement-breakpoint
CREATE INDEX "asset_uploads_by_workspace" ON "asset_uploads" USING btree ("workspace_id","state");--> statement-breakpoint
CREATE INDEX "asset_uploads_by_expiry" ON "asset_uploads" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "assets_by_workspace" ON "assets" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "assets_by_storage_key" ON "assets" USING btree ("storage_key");--> statement-breakpoint
CREATE UNIQUE INDEX "assets_by_content" ON "assets" USING btree ("workspace_id","sha256") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "audit_entries_workspace_at_idx" ON "audit_entries" USING btree ("workspace_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_subject_idx" ON "audit_entries" USING btree ("workspace_id","subject_id");--> statement-breakpoint
CREATE INDEX "clip_batch_items_by_clip" ON "clip_batch_items" USING btree ("clip_id");--> statement-breakpoint
CREATE INDEX "clip_batches_by_workspace" ON "clip_batches" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "clip_rules_by_workspace" ON "clip_rules" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "clips_by_workspace" ON "clips" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "clips_by_asset" ON "clips" USING btree ("asset_id","id");--> statement-breakpoint
CREATE INDEX "clips_by_run" ON "clips" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "clip_stitches_by_workspace" ON "clip_stitches" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "clip_stitches_by_batch" ON "clip_stitches" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cost_budgets_once" ON "cost_budgets" USING btree ("workspace_id","scope","scope_id","period");--> statement-breakpoint
CREATE UNIQUE INDEX "cost_entries_once" ON "cost_entries" USING btree ("workspace_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "cost_entries_by_time" ON "cost_entries" USING btree ("workspace_id","used_at");--> statement-breakpoint
CREATE INDEX "cost_entries_by_id" ON "cost_entries" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cost_prices_once" ON "cost_prices" USING btree ("workspace_id","item","unit","valid_from");--> statement-breakpoint
CREATE UNIQUE INDEX "cost_reservations_once" ON "cost_reservations" USING btree ("workspace_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "cost_reservations_held" ON "cost_reservations" USING btree ("expires_at") WHERE state = 'held';--> statement-breakpoint
CREATE INDEX "drafts_by_workspace" ON "drafts" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "drafts_by_clip" ON "drafts" USING btree ("clip_id");--> statement-breakpoint
CREATE UNIQUE INDEX "drafts_origin" ON "drafts" USING btree ("workspace_id","origin");--> statement-breakpoint
CREATE UNIQUE INDEX "experiments_by_key" ON "experiments" USING btree ("workspace_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "experiments_running_on_flag" ON "experiments" USING btree ("workspace_id","flag_key") WHERE "experiments"."state" = 'running';--> statement-breakpoint
CREATE INDEX "outcomes_by_unit" ON "outcomes" USING btree ("workspace_id","metric","unit_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_provider_account_idx" ON "accounts" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "accounts_person_id_idx" ON "accounts" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "api_keys_workspace_id_idx" ON "api_keys" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "invitations_workspace_id_idx" ON "invitations" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "invitations_email_idx" ON "invitations" USING btree ("email");--> statement-breakpoint
CREATE INDEX "sessions_person_id_idx" ON "sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "workspace_members_person_id_idx" ON "workspace_members" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "media_analyses_by_content" ON "media_analyses" USING btree ("workspace_id","content_sha256","options_hash");--> statement-breakpoint
CREATE INDEX "media_renditions_by_asset" ON "media_renditions" USING btree ("workspace_id","asset_id","id");--> statement-breakpoint
CREATE INDEX "media_renditions_by_file" ON "media_renditions" USING btree ("workspace_id","file_asset_id");--> statement-breakpoint
CREATE INDEX "media_transcode_jobs_by_vendor" ON "media_transcode_jobs" USING btree ("vendor","vendor_job_id");--> statement-breakpoint
CREATE INDEX "media_transcripts_by_asset" ON "media_transcripts" USING btree ("workspace_id","asset_id","id");--> statement-breakpoint
CREATE INDEX "media_transcripts_by_workspace" ON "media_transcripts" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "model_cache_by_end" ON "model_cache" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "model_calls_by_model" ON "model_calls" USING btree ("model","at");--> statement-breakpoint
CREATE INDEX "model_calls_by_workspace" ON "model_calls" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "model_choices_once" ON "model_choices" USING btree ("workspace_id","environment","kind","task","topic");--> statement-breakpoint
CREATE INDEX "notifications_by_workspace" ON "notifications" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once" ON "notifications" USING btree ("workspace_id","once_key");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_webhook" ON "webhook_deliveries" USING btree ("webhook_id","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_at") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhooks_by_workspace" ON "webhooks" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "productions_by_workspace" ON "productions" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "productions_by_asset" ON "productions" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "productions_by_run" ON "productions" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "setting_versions_by_time" ON "setting_versions" USING btree ("workspace_id","changed_at");--> statement-breakpoint
CREATE INDEX "runs_by_workspace" ON "runs" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "runs_by_subject" ON "runs" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "runs_unfinished" ON "runs" USING btree ("state","updated_at") WHERE "runs"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "schedules_by_workspace" ON "schedules" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "events_by_workspace" ON "events" USING btree ("workspace_id","seq");--> statement-breakpoint
CREATE INDEX "events_new" ON "events" USING btree ("seq") WHERE not "events"."is_taken";--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sealed_secrets_stage" ON "sealed_secrets" USING btree ("name","stage");
--> statement-breakpoint
-- The trail is only ever added to, also by somebody with the product's own connection.
CREATE FUNCTION "refuse_audit_changes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_entries_append_only" BEFORE UPDATE OR DELETE ON "audit_entries"
	FOR EACH ROW EXECUTE FUNCTION "refuse_audit_changes"();
--> statement-breakpoint
CREATE TRIGGER "audit_entries_no_truncate" BEFORE TRUNCATE ON "audit_entries"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_changes"();

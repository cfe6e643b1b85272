DROP TABLE "bot_pool_queue";

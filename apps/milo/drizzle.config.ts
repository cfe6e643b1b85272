import { defineConfig } from "drizzle-kit";

/** `npx drizzle-kit generate` writes the next migration from the difference to drizzle/meta's newest snapshot. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./src/server/database/schema/*.ts",
  out: "./drizzle",
});

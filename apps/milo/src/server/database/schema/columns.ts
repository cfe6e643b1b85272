import { timestamp } from "drizzle-orm/pg-core";

/** Every time in the database carries its zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true });

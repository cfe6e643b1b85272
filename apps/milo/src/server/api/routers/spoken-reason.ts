import { z } from "zod";
import { storableText } from "#server/database/storable-text.ts";

/** Why an operator does something: kept, and shown to everybody who asks. */
export const spokenReason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => text === storableText(text), "must be well-formed text without NUL");

import { z } from "zod";
import { isStorableText } from "#server/database/storable-text.ts";

/** Why an operator does something: kept, and shown to everybody who asks. */
export const spokenReason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(isStorableText, "must be well-formed text without NUL");

import { MEETING_PLATFORMS, type MeetingPlatform } from "@milo/placement";
import type { z } from "zod";
import { type ConfigReading, readShape } from "./read-shape.ts";
import { type VariableShape, variableRegistry } from "./variable.ts";

type Described<Value> = {
  /** The name of the fallback for all, such as `K8S_IMAGE`. */
  variable: string;
  /** What it names, such as "the bot's image on Kubernetes". */
  what: string;
  example: string;
  makeSchema: () => z.ZodType<Value>;
};

const suffixOf = (platform: MeetingPlatform) => platform.toUpperCase().replaceAll("-", "_");

/** A variable per meeting platform (`K8S_IMAGE_ZOOM`, …) and the fallback for those not set. */
export function perMeetingPlatformShape<Value>(described: Described<Value>): VariableShape {
  const { variable, what, example, makeSchema } = described;
  const schema = (meaning: string, requiredWhen?: string) =>
    makeSchema()
      .optional()
      .register(variableRegistry, { meaning, example, processes: ["dispatcher"], requiredWhen });
  const own = MEETING_PLATFORMS.map((platform) => [
    `${variable}_${suffixOf(platform)}`,
    schema(`${what} for ${platform} meetings; ${variable} when not set.`),
  ]);
  return {
    [variable]: schema(
      `${what} for every meeting platform that has no own.`,
      "unless each meeting platform has its own",
    ),
    ...Object.fromEntries(own),
  };
}

/** The value of every meeting platform; undefined when one is missing or wrong, which the reading then says. */
export function readPerMeetingPlatform<Value>(
  described: Described<Value>,
  shape: VariableShape,
  reading: ConfigReading,
): Readonly<Record<MeetingPlatform, Value>> | undefined {
  const { variable, example } = described;
  const before = reading.problems.length;
  const values = readShape(shape, reading) as Readonly<Record<string, Value | undefined>>;
  if (reading.problems.length > before) return undefined;
  const all = Object.fromEntries(
    MEETING_PLATFORMS.map((platform) => [platform, values[`${variable}_${suffixOf(platform)}`] ?? values[variable]]),
  ) as Record<MeetingPlatform, Value | undefined>;
  const missing = MEETING_PLATFORMS.filter((platform) => all[platform] === undefined);
  if (missing.length === 0) return all as Record<MeetingPlatform, Value>;
  const names = missing.map((platform) => `${variable}_${suffixOf(platform)}`).join(", ");
  reading.problems.push({
    variable,
    problem: `is required unless ${names} are set`,
    example: `${variable}=${example}`,
  });
  return undefined;
}

import { PLATFORM_LABELS } from "@milo/placement";
import type { Command } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printResult } from "../output/screen.ts";
import { readPlatform } from "./read-platform.ts";

const MODES = {
  hold: { mode: "hold", said: "is on hold: it is given no new bots" },
  resume: { mode: "enabled", said: "is given bots again" },
  drain: { mode: "drain", said: "is being drained: no new bots, and those there are told to leave" },
} as const;

/** `milo hold`, `resume` and `drain`. */
export const setMode: Command = async ({ api, invocation, output }) => {
  const { mode, said } = MODES[invocation.command.name as keyof typeof MODES];
  const platform = readPlatform(invocation.arguments[0]);
  const { reason } = invocation.options;
  const changed = await api.mutate("infrastructure.setPlatformMode", {
    platform,
    mode,
    ...(reason === undefined ? {} : { reason }),
  });
  printResult(output, changed, () => `${PLATFORM_LABELS[platform]} ${said}.`);
  return EXIT_CODES.ok;
};

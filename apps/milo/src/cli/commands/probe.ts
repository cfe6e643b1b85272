import { type DeploymentPlatform, formatDuration, nameBot } from "@milo/placement";
import type { Command, CommandContext } from "../context.ts";
import { EXIT_CODES, usageError } from "../exit-codes.ts";
import { withProgress } from "../output/progress.ts";
import { plain } from "../output/screen.ts";
import { type PlatformProbe, type ProbeStep, probePlatform } from "../probe/probe-platform.ts";
import { readWhole } from "../read-invocation.ts";
import { readPlatform } from "./read-platform.ts";

const DEFAULT_MEETING_URL = "https://probe.invalid/milo";
const DEFAULT_TIMEOUT_S = "300";
const TIMEOUT_MOST_S = 3_600;

/** `milo probe`: one bot through launch, claim and stop on each platform, one platform after another. */
export const runProbe: Command = async (context) => {
  const { invocation, output, signal } = context;
  const meetingUrl = invocation.options["meeting-url"] ?? DEFAULT_MEETING_URL;
  if (!/^https?:\/\/./.test(meetingUrl) || !URL.canParse(meetingUrl))
    throw usageError(`--meeting-url must be an http(s) address, not "${meetingUrl}".`);
  const stepTimeoutMs =
    1_000 * readWhole("--timeout", invocation.options.timeout ?? DEFAULT_TIMEOUT_S, 1, TIMEOUT_MOST_S);
  const probes: PlatformProbe[] = [];
  for (const planned of await choosePlatforms(context)) {
    if (signal.aborted) break;
    const say = output.json ? output.stderr : output.stdout;
    say.write(`${planned.platform}\n`);
    const probe =
      planned.skip === null
        ? await probeOne(context, planned.platform, meetingUrl, stepTimeoutMs)
        : { platform: planned.platform, status: "skipped" as const, botId: null, steps: [], reason: planned.skip };
    if (probe.status === "skipped") say.write(`  – skipped: ${plain(probe.reason ?? "")}\n`);
    if (probe.status === "interrupted") say.write(tellInterrupted(probe.botId));
    probes.push(probe);
  }
  const isOk = probes.every(({ status }) => status === "ok" || status === "skipped") && !signal.aborted;
  if (output.json) output.stdout.write(`${JSON.stringify({ ok: isOk, platforms: probes }, null, 2)}\n`);
  if (signal.aborted) return EXIT_CODES.interrupted;
  return isOk ? EXIT_CODES.ok : EXIT_CODES.failed;
};

function tellInterrupted(botId: number | null): string {
  return `  – interrupted; milo was told to stop ${botId === null ? "its bot" : nameBot(botId, "within")}\n`;
}

/** The plan's platforms, or those asked for; one on hold is not bothered. */
async function choosePlatforms({
  api,
  invocation,
}: CommandContext): Promise<{ platform: DeploymentPlatform; skip: string | null }[]> {
  const wanted = invocation.arguments.map(readPlatform);
  const planned = await api.query("infrastructure.getPlatforms");
  const missing = wanted.find((name) => !planned.some(({ platform }) => platform === name));
  if (missing !== undefined) throw usageError(`${missing} is not in the plan of milo at ${api.url}.`);
  return planned
    .filter(({ platform }) => wanted.length === 0 || wanted.includes(platform))
    .map(({ platform, mode, modeReason }) => ({
      platform,
      skip:
        mode === "enabled"
          ? null
          : `it is on ${mode}${modeReason === null ? "" : ` (${modeReason})`}; \`milo resume ${platform}\` ends that`,
    }));
}

function probeOne(
  { api, output, signal }: CommandContext,
  platform: DeploymentPlatform,
  meetingUrl: string,
  stepTimeoutMs: number,
): Promise<PlatformProbe> {
  const say = output.json ? output.stderr : output.stdout;
  let waitingFor = `asking for a bot on ${platform}`;
  const onStep = ({ step, ok, ms, message }: ProbeStep) => {
    const mark = ok ? say.paint("green", "✓") : say.paint("red", "✗");
    // A line that is being rewritten goes first.
    if (output.stderr.columns !== null) output.stderr.write("\r\u001b[K");
    say.write(`  ${mark} ${step.padEnd(6)} ${formatDuration(ms).padStart(10)}  ${plain(message)}\n`);
  };
  const onWait = (what: string) => {
    waitingFor = what;
  };
  return withProgress(
    output.stderr,
    () => `${platform}: ${plain(waitingFor)}`,
    () => probePlatform(api, platform, { meetingUrl, stepTimeoutMs, signal, onStep, onWait }),
  );
}

import { parseArgs } from "node:util";
import { ECS_CATALOGUE } from "./ecs/catalogue.ts";
import { createEcsEmulator } from "./ecs/ecs-emulator.ts";
import { DEFAULT_ECS_SETTINGS } from "./ecs/settings.ts";
import { listCatalogue } from "./runtime/catalogue-faults.ts";

const HELP = `Speaks the AWS ECS API and runs Fargate tasks as processes. Prints one line of JSON with its url.

  --port <n>                  port to listen on (a free one)
  --host <address>            address to listen on (127.0.0.1)
  --image <name>=<argv json>  what an image runs, as in bot=["node","bot.ts"]; may be repeated
  --cluster <name>            name of the cluster (bots)
  --family <name>=<image>     registers a task definition with one container named bot; may be repeated
  --set <name>=<json>          a setting such as onDemandCapacity=10; null takes a limit away; may be repeated
  --help

Settings: ${Object.keys(DEFAULT_ECS_SETTINGS).join(", ")}
Control endpoints: <url>/_emulator/{timeline,requests,settings,faults,fail,disrupt,sentinels,provoke,offline,twin,reset}
Failure catalogue, by POST <url>/_emulator/provoke {"name":"…"} or, of one workload, as an image's tag:
  ${listCatalogue("ecs", ECS_CATALOGUE)
    .map(({ name, how }) => (how === "image" ? `:${name}` : name))
    .join("\n  ")}
`;

function splitPair(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`expected name=value, got ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function makeDefinition(family: string, image: string): Record<string, unknown> {
  return {
    family,
    cpu: "1024",
    memory: "2048",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    containerDefinitions: [{ name: "bot", image, essential: true, stopTimeout: 120 }],
  };
}

/** `name=json` options as an object. */
function parsePairs(texts: string[]): Record<string, unknown> {
  return Object.fromEntries(texts.map(splitPair).map(([name, json]) => [name, JSON.parse(json) as unknown]));
}

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    host: { type: "string" },
    image: { type: "string", multiple: true, default: [] },
    cluster: { type: "string", default: "bots" },
    family: { type: "string", multiple: true, default: [] },
    set: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const emulator = await createEcsEmulator({
    images: parsePairs(values.image) as Record<string, string[]>,
    settings: parsePairs(values.set),
    clusters: [{ name: values.cluster }],
    taskDefinitions: values.family.map(splitPair).map(([family, image]) => makeDefinition(family, image)),
    port: values.port === undefined ? undefined : Number(values.port),
    host: values.host,
  });
  process.stdout.write(`${JSON.stringify({ url: emulator.url })}\n`);
  const stop = (): void => void emulator.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

import { parseArgs } from "node:util";
import { COOLIFY_CATALOGUE } from "./coolify/catalogue.ts";
import { createCoolifyEmulator } from "./coolify/coolify-emulator.ts";
import { DEFAULT_COOLIFY_SETTINGS } from "./coolify/settings.ts";
import { listCatalogue } from "./runtime/catalogue-faults.ts";

const HELP = `Speaks the Coolify API and runs one docker server's containers as processes. Prints one line of JSON
with its url (without /api/v1), the token it takes and the uuids of its project, environment, server, destinations.

  --port <n>                  port to listen on (a free one)
  --host <address>            address to listen on (127.0.0.1)
  --image <name>=<argv json>  what an image runs, as in bot=["node","bot.ts"]; may be repeated
  --version <x.y.z>           the Coolify version to be (4.3.11)
  --token <id|secret>         the token to take (1|emulator-token), with read, write and deploy
  --set <name>=<json>         a setting such as concurrentBuilds=2; may be repeated
  --help

Settings: ${Object.keys(DEFAULT_COOLIFY_SETTINGS).join(", ")}
Control endpoints: <url>/_emulator/{timeline,requests,settings,faults,fail,sentinels,provoke,offline,twin,reset}
Failure catalogue, by POST <url>/_emulator/provoke {"name":"…"} or, of one workload, as an image's tag:
  ${listCatalogue("coolify", COOLIFY_CATALOGUE)
    .map(({ name, how }) => (how === "image" ? `:${name}` : name))
    .join("\n  ")}
`;

function splitPair(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`expected name=value, got ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
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
    version: { type: "string" },
    token: { type: "string", default: "1|emulator-token" },
    set: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const emulator = await createCoolifyEmulator({
    images: parsePairs(values.image) as Record<string, string[]>,
    settings: parsePairs(values.set),
    version: values.version,
    tokens: [{ token: values.token, abilities: ["read", "write", "deploy"] }],
    port: values.port === undefined ? undefined : Number(values.port),
    host: values.host,
  });
  process.stdout.write(`${JSON.stringify({ url: emulator.url, token: emulator.token, ...emulator.placement })}\n`);
  const stop = (): void => void emulator.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

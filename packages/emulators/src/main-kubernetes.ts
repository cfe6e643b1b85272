import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KUBERNETES_CATALOGUE } from "./kubernetes/catalogue.ts";
import { DEFAULT_SETTINGS, type KubernetesSettings } from "./kubernetes/cluster.ts";
import { createKubernetesEmulator } from "./kubernetes/kubernetes-emulator.ts";
import { listCatalogue } from "./runtime/catalogue-faults.ts";

const HELP = `Runs a Kubernetes API server with one node whose containers are local processes.

  --port N               port to listen on; 0 (default) picks a free one
  --host HOST            address to listen on (127.0.0.1)
  --namespace NAME       the one namespace (bots)
  --token TOKEN          token of the control plane's service account (random)
  --image NAME=ARGV      command of an image, as a JSON array; may be repeated
  --node-capacity N      pods the node runs at once
  --set NAME=VALUE       any setting, as JSON; may be repeated:
                         ${Object.keys(DEFAULT_SETTINGS).join(", ")}
  --kubeconfig FILE      where to write the kubeconfig (a new temporary file)

Prints one line of JSON: url, namespace, token, adminToken, kubeconfig (its path).
Control endpoints: <url>/_emulator/{timeline,requests,settings,faults,canned-faults,sentinels,pods,provoke,watches,offline,twin,reset}
Failure catalogue, by POST <url>/_emulator/provoke {"name":"…"} or, of one workload, as an image's tag:
  ${listCatalogue("kubernetes", KUBERNETES_CATALOGUE)
    .map(({ name, how }) => (how === "image" ? `:${name}` : name))
    .join("\n  ")}
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    namespace: { type: "string", default: "bots" },
    token: { type: "string" },
    image: { type: "string", multiple: true, default: [] },
    "node-capacity": { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    kubeconfig: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const capacity = values["node-capacity"];
  const emulator = await createKubernetesEmulator({
    images: parsePairs(values.image) as Record<string, string[]>,
    settings: {
      ...(parsePairs(values.set) as Partial<KubernetesSettings>),
      ...(capacity === undefined ? {} : { nodeCapacity: Number(capacity) }),
    },
    namespace: values.namespace,
    port: Number(values.port),
    host: values.host,
    ...(values.token === undefined ? {} : { token: values.token }),
  });
  const kubeconfig = values.kubeconfig ?? join(await mkdtemp(join(tmpdir(), "emulator-")), "kubeconfig.yaml");
  await writeFile(kubeconfig, emulator.kubeconfig(), { mode: 0o600 });
  const { url, namespace, token, adminToken } = emulator;
  process.stdout.write(`${JSON.stringify({ url, namespace, token, adminToken, kubeconfig })}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
}

/** Splits `name=json`; a name may hold colons and slashes but no equals sign. */
function parsePairs(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      return [text.slice(0, at), JSON.parse(text.slice(at + 1))];
    }),
  );
}

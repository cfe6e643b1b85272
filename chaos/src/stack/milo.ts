import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform } from "@milo/placement";
import type { Emulators } from "../../../demo/src/stack/emulators.ts";
import type { Lifeline } from "../../../demo/src/stack/lifeline.ts";
import { ROOT } from "../../../scripts/start/paths.ts";
import type { Link } from "../net/link.ts";
import type { Bundles } from "./bundle.ts";
import { type Links, numbered } from "./links.ts";
import type { Places } from "./places.ts";
import { type ChaosPlan, planEnvironment } from "./plan.ts";
import type { Member } from "./stack.ts";
import { type Supervised, supervise } from "./supervised.ts";

const GAUGE = pathToFileURL(join(ROOT, "chaos/preload/gauge.mjs"));
const CLOCK = pathToFileURL(join(ROOT, "chaos/preload/clock.mjs"));
const LOOK_EVERY_MS = 50;

export type MiloOptions = {
  places: Places;
  bundles: Bundles;
  lifeline: Lifeline;
  links: Links;
  databaseUrl: string;
  emulators: Emulators;
  base: Readonly<Record<string, string>>;
  plan: ChaosPlan;
  /** What every process is given besides. */
  environment?: Readonly<Record<string, string>>;
  /** How often each process measures itself; not at all when there is none. */
  gaugeEveryMs?: number;
  restartAfterMs(): number;
  onChange(): void;
};

/** Web replicas and dispatchers, each behind links of its own, under a supervisor. */
export function startMilo(options: MiloOptions): {
  webs: readonly Member[];
  dispatchers: readonly Member[];
  setPlan(plan: ChaosPlan): void;
  allUp(signal: AbortSignal, withinMs: number): Promise<void>;
  end(): void;
} {
  const { places, bundles, lifeline, links, restartAfterMs, onChange } = options;
  const environments = new Map<Supervised, Readonly<Record<string, string>>>();
  const run = (name: string, file: string, own: Readonly<Record<string, string>>): Supervised => {
    const fixed = {
      ...options.base,
      ...options.environment,
      NODE_ENV: "production",
      ...own,
    };
    const process = supervise({
      name,
      argv: [
        "--import",
        `${CLOCK}?${new URLSearchParams({ file: places.clockFile(name) })}`,
        ...watchedBy(options, name),
        file,
      ],
      env: { ...fixed, ...planEnvironment(options.plan) },
      logFile: places.logFile(name),
      lifeline,
      onChange,
      restartAfterMs,
    });
    environments.set(process, fixed);
    return process;
  };
  const through = (link: Link) => withPort(options.databaseUrl, link.port);
  const webs = links.webs.map(({ database }, index) => ({
    process: run(numbered("web", index + 1)[index] ?? "", bundles.web, {
      DATABASE_URL: through(database),
      PORT: "0",
    }),
    links: [database],
  }));
  const dispatchers = links.dispatchers.map(({ database, platforms }, index) => {
    const name = numbered("dispatcher", index + 1)[index] ?? "";
    const process = run(name, bundles.dispatcher, {
      DATABASE_URL: through(database),
      DISPATCHER_PORT: "0",
      MILO_PUBLIC_URL: `http://127.0.0.1:${links.bots.port}`,
      ...platformEnvironment(options, name, platforms),
    });
    return { process, links: [database, ...Object.values(platforms)] };
  });
  const processes = [...webs, ...dispatchers].map((member) => member.process);
  return {
    webs,
    dispatchers,
    setPlan(plan) {
      for (const [process, fixed] of environments) process.setEnvironment({ ...fixed, ...planEnvironment(plan) });
    },
    async allUp(signal, withinMs) {
      const endMs = performance.now() + withinMs;
      while (!processes.every((process) => process.isUp())) {
        signal.throwIfAborted();
        const failures = processes.flatMap((process) => process.failures());
        if (failures.length > 0) throw new Error(`${failures.join("; ")}. Its log: ${places.logFile("")}`);
        if (performance.now() > endMs) throw new Error(`milo was not up within ${withinMs / 1_000} s`);
        await delay(LOOK_EVERY_MS);
      }
    },
    end: () => processes.forEach((process) => void process.end()),
  };
}

/** Its stacks are read by people, or its memory is measured: maps of sources take 60 MiB and more of that. */
function watchedBy({ places, gaugeEveryMs }: MiloOptions, name: string): string[] {
  if (gaugeEveryMs === undefined) return ["--enable-source-maps"];
  const query = new URLSearchParams({ file: places.gaugeFile(name), everyMs: String(gaugeEveryMs) });
  return ["--import", `${GAUGE}?${query}`];
}

/** How a dispatcher reaches the platforms: each by a link of its own. */
function platformEnvironment(
  { places, emulators }: MiloOptions,
  name: string,
  platforms: Readonly<Record<DeploymentPlatform, Link>>,
): Record<string, string> {
  const { environment, urls } = emulators;
  const ports = new Map(DEPLOYMENT_PLATFORMS.map((one) => [urls[one], withPort(urls[one], platforms[one].port)]));
  const kubeconfig = join(places.folder, `${name}.kubeconfig.yaml`);
  const text = readFileSync(environment.K8S_KUBECONFIG ?? "", "utf8");
  writeFileSync(kubeconfig, text.replace(urls.k8s, ports.get(urls.k8s) ?? ""), { mode: 0o600 });
  const { K8S_IMAGE_MICROSOFT_TEAMS: _missing, ...rest } = environment;
  const own = Object.entries(rest).map(([key, value]) => [key, ports.get(value) ?? value] as const);
  return { ...Object.fromEntries(own), K8S_KUBECONFIG: kubeconfig };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href.replace(/\/$/, "");
}

import type {
  CreateOutcome,
  Launch,
  PlatformService,
  RenderedRequest,
  Workload,
} from "@milo/milo/server/api/services/platform/platform-service.ts";
import type { DeploymentPlatform } from "@milo/placement";

/**
 * A platform in the dispatcher's own process that answers every call at once, so that what is measured is milo.
 * It never calls a workload ended: slots are freed by the benchmark alone.
 */
export class InstantPlatform implements PlatformService {
  readonly platform: DeploymentPlatform;
  readonly #onCreate: (launchKey: string) => void;
  readonly #workloads = new Map<string, Workload>();

  constructor(platform: DeploymentPlatform, onCreate: (launchKey: string) => void) {
    this.platform = platform;
    this.#onCreate = onCreate;
  }

  render(launch: Launch): RenderedRequest {
    return { name: launch.launchKey, image: "registry.example/bot:1", callHome: launch.miloUrl };
  }

  protected tellCreate(request: RenderedRequest): string {
    const launchKey = String(request.name);
    this.#onCreate(launchKey);
    return launchKey;
  }

  async create(request: RenderedRequest, _secrets: unknown): Promise<CreateOutcome> {
    const launchKey = this.tellCreate(request);
    const identifier = `id-${launchKey}`;
    this.#workloads.set(launchKey, { identifier, launchKey, state: "running" });
    return { kind: "created", identifier, adopted: false };
  }

  async start() {
    return { kind: "started" as const };
  }

  async find({ launchKey }: { launchKey: string }) {
    const workload = this.#workloads.get(launchKey);
    return workload === undefined ? { kind: "absent" as const } : { kind: "found" as const, workload };
  }

  async list() {
    return { kind: "listed" as const, workloads: [...this.#workloads.values()] };
  }

  async stop() {
    return { kind: "stopping" as const };
  }

  async checkHealth() {
    return { healthy: true, reason: "answers at once" };
  }
}

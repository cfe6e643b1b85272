import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  KubeConfig,
  type Observable,
  RequestContext,
  type ResponseContext,
  ServerConfiguration,
} from "@kubernetes/client-node";
import { CredentialsError } from "./kubernetes-errors.ts";
import type { ClusterAccess } from "./kubernetes-settings.ts";

type Dispatcher = Parameters<RequestContext["setDispatcher"]>[0];

/** The APIs of one kubeconfig, with requests bounded in time. */
export type Apis = { batch: BatchV1Api; core: CoreV1Api };

/**
 * The connection to one API server. client-node 2 would make a new agent (and TLS handshake) for every call and
 * wait for ever; this shares one agent and bounds each request, headers and body, by its time limit.
 */
export class KubernetesClient {
  private readonly access: ClusterAccess;
  private readonly inner = new IsomorphicFetchHttpLibrary();
  private config: KubeConfig;
  private sharedAgent: Dispatcher | undefined;

  /** @throws when the kubeconfig cannot be read or names no cluster */
  constructor(access: ClusterAccess) {
    this.access = access;
    this.config = loadConfig(access);
  }

  /**
   * Makes one request within `timeoutMs`, or until `signal` is aborted. Credentials that were refused (401, which
   * is known to have done nothing) are read again once: a rotated token in a kubeconfig is picked up.
   */
  async call<T>(timeoutMs: number, request: (apis: Apis) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await request(this.buildApis(timeoutMs, signal));
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 401 || this.access.kind !== "kubeconfig-file") throw error;
      this.reload();
      return request(this.buildApis(timeoutMs, signal));
    }
  }

  /** GETs a path that is no resource, such as `/readyz`; answers its status. */
  async probe(path: string, timeoutMs: number): Promise<number> {
    const context = new RequestContext(`${serverOf(this.config)}${path}`, HttpMethod.GET);
    await this.authenticate(context);
    const response = await this.send(context, timeoutMs).toPromise();
    // An unread body would keep its connection from being used again.
    await response.body.text();
    return response.httpStatusCode;
  }

  /** GETs a path (with its query) whose answer goes on for as long as the signal lets it; the body is not read yet. */
  async open(target: string, signal: AbortSignal): Promise<ResponseContext> {
    const context = new RequestContext(`${serverOf(this.config)}${target}`, HttpMethod.GET);
    await this.authenticate(context);
    this.shareAgent(context);
    context.setSignal(signal);
    return this.inner.send(context).toPromise();
  }

  private reload(): void {
    try {
      this.config = loadConfig(this.access);
      this.sharedAgent = undefined;
    } catch (error) {
      throw new CredentialsError(`the kubeconfig cannot be read again (${describe(error)})`);
    }
  }

  private buildApis(timeoutMs: number, signal?: AbortSignal): Apis {
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(serverOf(this.config), {}),
      authMethods: {
        default: { getName: () => "kubeconfig", applySecurityAuthentication: (context) => this.authenticate(context) },
      },
      httpApi: { send: (context) => this.send(context, timeoutMs, signal) },
    });
    return { batch: new BatchV1Api(configuration), core: new CoreV1Api(configuration) };
  }

  private async authenticate(context: RequestContext): Promise<void> {
    try {
      await this.config.applySecurityAuthentication(context);
    } catch (error) {
      throw new CredentialsError(`the cluster's credentials cannot be used (${describe(error)})`);
    }
  }

  private send(context: RequestContext, timeoutMs: number, signal?: AbortSignal): Observable<ResponseContext> {
    this.shareAgent(context);
    const limit = AbortSignal.timeout(timeoutMs);
    context.setSignal(signal === undefined ? limit : AbortSignal.any([limit, signal]));
    return this.inner.send(context);
  }

  private shareAgent(context: RequestContext): void {
    this.sharedAgent ??= context.getDispatcher();
    if (this.sharedAgent !== undefined) context.setDispatcher(this.sharedAgent);
  }
}

function loadConfig(access: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  if (access.kind === "in-cluster") config.loadFromCluster();
  else if (access.kind === "kubeconfig-file") config.loadFromFile(access.path);
  else config.loadFromString(access.text);
  if (access.kind !== "in-cluster" && access.context !== undefined) config.setCurrentContext(access.context);
  serverOf(config);
  return config;
}

function serverOf(config: KubeConfig): string {
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new Error("the kubeconfig's current context names no cluster");
  return server.replace(/\/+$/, "");
}

/** Credentials never stand in these messages: they name files, commands and hosts. */
function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

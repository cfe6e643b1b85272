import type { DefiniteFailure, UnknownOutcome } from "../platform-service.ts";
import type { CoolifyAnswer, CoolifyClient } from "./coolify-client.ts";
import { classifyFailure, isNotFound, isSuccess } from "./coolify-errors.ts";
import {
  type CoolifyApplication,
  type CoolifyDeployment,
  type DeployOrder,
  isServerOutOfOrder,
  readApplication,
  readApplications,
  readDeployments,
  readDeploymentsOfApplication,
  readDeployOrder,
  readLogs,
} from "./coolify-records.ts";

export type Failed = DefiniteFailure | UnknownOutcome;
/** What a call brought: its value, Coolify's own "there is no such thing", or a failure. */
export type Result<T> = { kind: "ok"; value: T } | { kind: "absent" } | Failed;

/** Newest deployments of one application to look at: an attempt has one, or two after a lost answer. */
const DEPLOYMENTS_TO_READ = 5;
/** More than is kept of them. */
const LOG_LINES = 100;
/** Without this each stop and delete prunes images on the server, and the next bot has to pull its own again. */
const NO_CLEANUP = "docker_cleanup=false";
const DELETE_EVERYTHING = "delete_volumes=true&delete_configurations=true&delete_connected_networks=true";

/** The calls of Coolify's API that this adapter uses. Actions are POST: GET on them is a 405 since v4.2.0. */
export class CoolifyApi {
  readonly #client: CoolifyClient;

  constructor(client: CoolifyClient) {
    this.#client = client;
  }

  /** The raw answer: the caller has to see which fields were refused. */
  createApplication(body: unknown, signal: AbortSignal): Promise<CoolifyAnswer> {
    return this.#client.send("POST", "/applications/dockerimage", signal, body);
  }

  async setEnvironment(uuid: string, body: unknown, signal: AbortSignal): Promise<Result<true>> {
    const answer = await this.#client.send("PATCH", `/applications/${segment(uuid)}/envs/bulk`, signal, body);
    return readAs(answer, () => true);
  }

  async getApplication(uuid: string, signal: AbortSignal): Promise<Result<CoolifyApplication>> {
    return readAs(await this.#client.send("GET", `/applications/${segment(uuid)}`, signal), readApplication);
  }

  /** All the team's applications: the call has no pages. */
  async listApplications(signal: AbortSignal): Promise<Result<CoolifyApplication[]>> {
    return readAs(await this.#client.send("GET", "/applications", signal), readApplications);
  }

  /** Newest first. */
  async deploymentsOf(uuid: string, signal: AbortSignal): Promise<Result<CoolifyDeployment[]>> {
    const path = `/deployments/applications/${segment(uuid)}?skip=0&take=${DEPLOYMENTS_TO_READ}`;
    return readAs(await this.#client.send("GET", path, signal), readDeploymentsOfApplication);
  }

  /** Queued and in progress, of the whole team. */
  async activeDeployments(signal: AbortSignal): Promise<Result<CoolifyDeployment[]>> {
    return readAs(await this.#client.send("GET", "/deployments", signal), readDeployments);
  }

  async deploymentExists(deploymentUuid: string, signal: AbortSignal): Promise<Result<true>> {
    return readAs(await this.#client.send("GET", `/deployments/${segment(deploymentUuid)}`, signal), () => true);
  }

  async deploy(uuid: string, signal: AbortSignal): Promise<Result<DeployOrder>> {
    return readAs(await this.#client.send("POST", `/deploy?uuid=${segment(uuid)}`, signal), readDeployOrder);
  }

  async cancelDeployment(deploymentUuid: string, signal: AbortSignal): Promise<Result<true>> {
    return readAs(
      await this.#client.send("POST", `/deployments/${segment(deploymentUuid)}/cancel`, signal),
      () => true,
    );
  }

  /** The last lines of its container, which must run: Coolify asks docker for them. */
  async logsOf(uuid: string, signal: AbortSignal): Promise<Result<string[]>> {
    const path = `/applications/${segment(uuid)}/logs?lines=${LOG_LINES}`;
    return readAs(await this.#client.send("GET", path, signal), readLogs);
  }

  async stopApplication(uuid: string, signal: AbortSignal): Promise<Result<true>> {
    const path = `/applications/${segment(uuid)}/stop?${NO_CLEANUP}`;
    return readAs(await this.#client.send("POST", path, signal), () => true);
  }

  /** Ordered only: Coolify stops, cleans up and drops the record in a job, and answers 404 once that ran. */
  async deleteApplication(uuid: string, signal: AbortSignal): Promise<Result<true>> {
    const path = `/applications/${segment(uuid)}?${DELETE_EVERYTHING}&${NO_CLEANUP}`;
    return readAs(await this.#client.send("DELETE", path, signal), () => true);
  }

  /** Absent only in Coolify's own words: any other 404 is a version or a token that doesn't show servers. */
  async isServerInOrder(uuid: string, signal: AbortSignal): Promise<Result<boolean>> {
    const answer = await this.#client.send("GET", `/servers/${segment(uuid)}`, signal);
    if (answer.kind === "reply" && answer.status === 404 && !/server not found/i.test(answer.text)) {
      return { kind: "ok", value: true };
    }
    return readAs(answer, (json) => !isServerOutOfOrder(json));
  }

  /** The version's plain text. */
  async version(signal: AbortSignal): Promise<Result<string>> {
    const answer = await this.#client.send("GET", "/version", signal);
    return answer.kind === "reply" && isSuccess(answer) ? { kind: "ok", value: answer.text } : classifyFailure(answer);
  }
}

function readAs<T>(answer: CoolifyAnswer, read: (json: unknown) => T | null): Result<T> {
  if (isNotFound(answer)) return { kind: "absent" };
  const json = answer.kind === "reply" && isSuccess(answer) ? answer.json : undefined;
  const value = json === undefined ? null : read(json);
  return value === null ? classifyFailure(answer) : { kind: "ok", value };
}

function segment(id: string): string {
  return encodeURIComponent(id);
}

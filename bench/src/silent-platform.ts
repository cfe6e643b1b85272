import { once } from "node:events";
import type { RenderedRequest } from "@milo/milo/server/api/services/platform/platform-service.ts";
import { InstantPlatform } from "./instant-platform.ts";

/** Takes every create call and never answers it, until whoever asked gives up: as a platform behind a dead network. */
export class SilentPlatform extends InstantPlatform {
  override async create(request: RenderedRequest, _secrets: unknown, options?: { signal: AbortSignal }) {
    this.tellCreate(request);
    if (options?.signal.aborted === false) await once(options.signal, "abort");
    return { kind: "unknown" as const, reason: "no answer" };
  }
}

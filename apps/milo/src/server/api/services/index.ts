import type { ReplacePolicy } from "@milo/placement";
import { type BotDeploymentService, createBotDeploymentService } from "./bot-deployment-service.ts";
import {
  createHybridPlatformService,
  type HybridDependencies,
  type HybridPlatformService,
} from "./hybrid-platform-service.ts";
import { createInfrastructureService, type InfrastructureService } from "./infrastructure-service.ts";
import { createLiveService, type LiveService } from "./live/live-service.ts";
import { createOperatorService, type OperatorService } from "./operator-service.ts";
import { createOverviewService, type OverviewService } from "./overview/overview-service.ts";
import { createQueueFigures } from "./queue-figures.ts";
import { createQueueService, type QueueService } from "./queue-service.ts";
import { createTimelineService, type TimelineService } from "./timeline/timeline-service.ts";

/** What the API may call. Made once per process. */
export type Services = {
  hybrid: HybridPlatformService;
  deployment: BotDeploymentService;
  infrastructure: InfrastructureService;
  live: LiveService;
  operator: OperatorService;
  overview: OverviewService;
  queue: QueueService;
  timeline: TimelineService;
};

export function createServices(deps: HybridDependencies & { replacePolicy?: ReplacePolicy }): Services {
  const hybrid = createHybridPlatformService(deps);
  const figures = createQueueFigures(deps.sql);
  return {
    hybrid,
    deployment: createBotDeploymentService({ ...deps, hybrid }),
    infrastructure: createInfrastructureService({ ...deps, figures }),
    live: createLiveService(deps),
    operator: createOperatorService(deps),
    overview: createOverviewService({ ...deps, figures }),
    queue: createQueueService(deps),
    timeline: createTimelineService(deps),
  };
}

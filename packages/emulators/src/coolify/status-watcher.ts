import type { DockerHost } from "./docker-host.ts";
import type { Application } from "./model.ts";
import type { CoolifySettings } from "./settings.ts";
import { aggregateStatus } from "./status.ts";
import type { CoolifyStore } from "./store.ts";

// Finer than any lag worth emulating; whether a look is due is decided by the setting.
const TICK_MS = 10;

export type StatusWatcher = {
  /** Looks at one application's containers now, as Coolify does after a deployment. */
  refresh(application: Application): void;
  /** What the API shows; without a lag it looks first. */
  read(application: Application): string;
  close(): void;
};

/** Copies the containers' state to the applications every `statusLagMs`, which is all that the API ever shows. */
export function createStatusWatcher(context: {
  store: CoolifyStore;
  host: DockerHost;
  settings: () => Readonly<CoolifySettings>;
  clock: () => number;
}): StatusWatcher {
  const { store, host, settings, clock } = context;
  let lookedAtMs = clock();

  const refresh = (application: Application): void => {
    if (!settings().serverFunctional) return;
    const containers = host.containersOf(application.uuid);
    application.shownStatus = aggregateStatus(containers);
    application.shownRestartCount = Math.max(0, ...containers.map(({ restartCount }) => restartCount));
    giveUpRestarting(application);
  };
  // Coolify counts restarts only when it looks, so the restarted container has run before it is given up.
  const giveUpRestarting = (application: Application): void => {
    const limit = application.maxRestartCount;
    if (limit === 0 || application.shownRestartCount < limit) return;
    for (const container of host.containersOf(application.uuid)) {
      void host.remove(container, application.stopGracePeriodS * 1000);
    }
  };
  const timer = setInterval(() => {
    const lagMs = settings().statusLagMs;
    if (lagMs > 0 && clock() - lookedAtMs < lagMs) return;
    lookedAtMs = clock();
    for (const application of store.applications.values()) refresh(application);
  }, TICK_MS);
  timer.unref();
  return {
    refresh,
    read: (application) => {
      if (settings().statusLagMs === 0) refresh(application);
      return application.shownStatus;
    },
    close: () => clearInterval(timer),
  };
}

import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Sql } from "#server/database/client.ts";
import { readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { readQueueStats } from "#server/database/repositories/queue-view.ts";
import type { LoopPulse } from "./loop.ts";
import type { Repositories } from "./repositories.ts";

export type Metrics = {
  contentType: string;
  /** Counts the rows anew; throws when the database is away. */
  render(): Promise<string>;
  /** The same repositories, with what they do counted. */
  countWrites(repositories: Repositories): Repositories;
};

export type MetricsOptions = {
  sql: Sql;
  healthFreshMs: number;
  pulses(): readonly LoopPulse[];
  monotonicMs(): number;
};

/**
 * What Prometheus reads. Queue and slots are read from the database and the same from every replica (take the maximum
 * over replicas); counters are this process's own (take the sum).
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = createGauges(registry);
  const counters = createCounters(registry);

  return {
    contentType: registry.contentType,
    async render() {
      await readGauges(gauges, options);
      return registry.metrics();
    },
    countWrites: (repositories) => ({
      ...repositories,
      async admit(...args) {
        const admitted = await repositories.admit(...args);
        counters.admitted.inc({ platform: args[1].platform }, admitted.length);
        return admitted;
      },
      async markStarting(...args) {
        const started = await repositories.markStarting(...args);
        counters.started.inc(started.size);
        return started;
      },
      async giveUpAttempt(...args) {
        const gaveUp = await repositories.giveUpAttempt(...args);
        if (gaveUp) counters.failed.inc({ class: args[1].class });
        return gaveUp;
      },
    }),
  };
}

type Gauges = ReturnType<typeof createGauges>;

function createGauges(registry: Registry) {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    waiting: gauge("milo_queue_waiting", "Bots that wait for a slot."),
    oldestWait: gauge("milo_queue_oldest_wait_seconds", "How long the oldest waiting bot has waited."),
    used: gauge("milo_platform_slots_used", "Slots held, until their workload is gone.", ["platform"]),
    limit: gauge("milo_platform_slots_limit", "The limit in force.", ["platform"]),
    healthy: gauge(
      "milo_platform_healthy",
      "1 when the last health check was good and is fresh and its breaker lets bots through.",
      ["platform"],
    ),
    massStop: gauge("milo_platform_mass_stop", "1 while a sweep is held that would end most of its bots.", [
      "platform",
    ]),
    silence: gauge("milo_loop_silence_seconds", "Since a dispatcher loop last finished a turn.", ["loop"]),
  };
}

function createCounters(registry: Registry) {
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    admitted: counter("milo_bots_admitted_total", "Bots given a slot.", ["platform"]),
    started: counter("milo_launches_started_total", "Launches that their platform accepted."),
    failed: counter("milo_launches_failed_total", "Launches given up before the bot's claim.", ["class"]),
  };
}

async function readGauges(gauges: Gauges, options: MetricsOptions): Promise<void> {
  const [states, queue] = await Promise.all([
    readPlatformStates(options.sql, options.healthFreshMs),
    readQueueStats(options.sql),
  ]);
  gauges.waiting.set(queue.total);
  gauges.oldestWait.set(queue.oldest === null ? 0 : Math.max(0, Date.now() - queue.oldest.getTime()) / 1_000);
  for (const { platform, used, limit, healthy, massStop } of states) {
    gauges.used.set({ platform }, used);
    gauges.limit.set({ platform }, limit);
    gauges.healthy.set({ platform }, healthy ? 1 : 0);
    gauges.massStop.set({ platform }, massStop === null ? 0 : 1);
  }
  const nowMs = options.monotonicMs();
  for (const pulse of options.pulses()) gauges.silence.set({ loop: pulse.name }, (nowMs - pulse.lastTurnMs) / 1_000);
}

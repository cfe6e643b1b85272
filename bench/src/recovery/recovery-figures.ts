import { round } from "../statistics.ts";
import type { Recovery } from "./measure-recovery.ts";
import type { Replicas } from "./measure-replicas.ts";

/** Flat, for the line of JSON. */
export function recoveryFigures({ killed, stopped, back, burst, replicas }: Recovery) {
  return {
    takeOverKilledMs: round(killed.worstMs),
    takeOverStoppedMs: round(stopped.worstMs),
    backRestartedMs: round(back.restarted.firstAdmissionMs),
    backKilledMs: round(back.killed.firstAdmissionMs),
    exits: back.exits,
    burstBots: burst.bots,
    burstDurableMs: round(burst.durableMs),
    burstToldMs: round(burst.toldMs),
    burstWaiting: burst.waiting,
    burstWithEstimate: burst.withEstimate,
    drainAdmissions: burst.drain.admissions,
    drainInversions: burst.drain.inversions,
    ...replicaFigures(replicas),
  };
}

export function replicaFigures({ onePerS, tenPerS, idle }: Replicas) {
  return {
    tenDispatchersRatio: round(tenPerS / onePerS),
    idleShare: round(idle.dispatchersShare + idle.postgresShare, 4),
    idleTransactionsPerS: round(idle.transactionsPerS),
  };
}

/** The lines for people. */
export function describeRecovery(recovery: Recovery): string {
  const f = recoveryFigures(recovery);
  const { killed, stopped, back, burst, replicas } = recovery;
  const { drain } = burst;
  const spread = Object.entries(drain.onPlatform).map(([platform, n]) => `${platform} ${n}`);
  return `(l) ${killed.launches} launches are taken up: ${f.takeOverKilledMs} ms after their dispatcher was killed, half within ${round(killed.p50Ms)} ms; aim: 45,000
    ${f.takeOverStoppedMs} ms after it was told to stop, half within ${round(stopped.p50Ms)} ms; aim: 2,000
(m) first admission after PostgreSQL was back: ${f.backRestartedMs} ms after a restart (away for ${round(back.restarted.downMs)} ms),
    ${f.backKilledMs} ms after its death (away for ${round(back.killed.downMs)} ms); aim: 5,000
    reads were answered after ${round(back.restarted.readsBackMs)} ms and ${round(back.killed.readsBackMs)} ms; ${f.exits} processes ended; aim: 0
(n) ${burst.bots} bots: stored within ${f.burstDurableMs} ms, place and estimate told within ${f.burstToldMs} ms; aim: 10,000
    ${burst.waiting} of them waited, ${burst.withEstimate} with an estimate
    ${drain.admissions} admissions (${spread.join(", ")}; ${round(drain.perS)} per second), ${drain.inversions} out of order; aim: 0
${describeReplicas(replicas)}`;
}

export function describeReplicas(replicas: Replicas): string {
  const f = replicaFigures(replicas);
  const { onePerS, tenPerS, idle } = replicas;
  return `(o) ten dispatchers: ${round(tenPerS)} placements per second, one: ${round(onePerS)}, ratio ${f.tenDispatchersRatio}; aim: 1
    ${idle.dispatchers} idle dispatchers take ${round(idle.dispatchersShare * 100)} % of a core and their server ${round(idle.postgresShare * 100)} %, with ${f.idleTransactionsPerS} transactions per second; aim: 5 together`;
}

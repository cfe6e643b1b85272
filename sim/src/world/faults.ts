import type { Random } from "../engine/random.ts";

/** How unkind the world is just now; each a probability. */
export type Faults = {
  /** A launch request is definitely refused. */
  refusal: number;
  /** Its outcome is not learnt: it happened, it did not, it happens later. */
  unknown: number;
  /** A listing, a stop, a health check fails. */
  apiError: number;
  startFails: number;
  twinProcess: number;
  /** Coolify makes a second application for one attempt. */
  twinApplication: number;
  stopIgnored: number;
  /** Containers and bots take long. */
  slow: number;
  /** What ended is forgotten at once, without evidence. */
  vanish: number;
  /** A bot's call or its answer is lost. */
  lostCall: number;
  botNeverClaims: number;
  botDies: number;
  /** A dispatcher freezes between a refused launch and its giving it up. */
  freezeMidFailure: number;
  /** A dispatcher freezes for long right before it sends a launch. */
  freezeBeforeSend: number;
  /** A dispatcher freezes between two steps of its pass. */
  freezeMidPass: number;
};

export const NO_FAULTS: Faults = {
  refusal: 0,
  unknown: 0,
  apiError: 0,
  startFails: 0,
  twinProcess: 0,
  twinApplication: 0,
  stopIgnored: 0,
  slow: 0,
  vanish: 0,
  lostCall: 0,
  botNeverClaims: 0,
  botDies: 0,
  freezeMidFailure: 0,
  freezeBeforeSend: 0,
  freezeMidPass: 0,
};

/** A level of unkindness, from almost none to a bad day, with emphasis that differs. */
export function drawFaults(random: Random): Faults {
  const level = random.pick([0.3, 1, 1, 2]);
  const draw = (usual: number) => Math.min(0.6, usual * level * (0.5 + random.next()));
  return {
    refusal: draw(0.15),
    unknown: draw(0.15),
    apiError: draw(0.08),
    startFails: draw(0.06),
    twinProcess: draw(0.05),
    twinApplication: draw(0.3),
    stopIgnored: draw(0.08),
    slow: draw(0.1),
    vanish: draw(0.1),
    lostCall: draw(0.1),
    botNeverClaims: draw(0.06),
    botDies: draw(0.02),
    freezeMidFailure: draw(0.3),
    freezeBeforeSend: draw(0.25),
    freezeMidPass: draw(0.1),
  };
}

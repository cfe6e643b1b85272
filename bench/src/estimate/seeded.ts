/** Numbers that a seed decides. */
export type Seeded = {
  /** In [0, 1). */
  uniform: () => number;
  /** Standard normal (Box–Muller). */
  normal: () => number;
  /** How many of something rare happen when `mean` are expected. */
  poisson: (mean: number) => number;
};

/** The same numbers for the same seed (mulberry32), on every machine. */
export function createSeeded(seed: number): Seeded {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number) => {
    let events = 0;
    let atMean = -Math.log(1 - uniform());
    while (atMean < mean) {
      events++;
      atMean -= Math.log(1 - uniform());
    }
    return events;
  };
  return { uniform, normal, poisson };
}

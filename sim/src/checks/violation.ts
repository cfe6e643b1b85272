/** The promises of the product, by number, as its documentation states them. */
export const PROMISES = {
  1: "never over a limit",
  2: "never two at once",
  3: "never lost",
  4: "never stuck",
  5: "always explained",
} as const;
export type PromiseNumber = keyof typeof PROMISES;

export type Violation = { promise: PromiseNumber; what: string; botId: number | null };

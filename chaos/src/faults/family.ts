/** What faults are about. */
export const FAMILIES = [
  "processes",
  "freezes",
  "database",
  "links",
  "failpoints",
  "platforms",
  "bots",
  "settings",
  "clocks",
] as const;
export type Family = (typeof FAMILIES)[number];

/** What faults are about; one of each family is under way at a time. */
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

/** What a colour says. One meaning each, everywhere. */
export type Tone = "neutral" | "accent" | "good" | "wait" | "bad" | "info";

/** Text on its soft background with its edge. */
export const SOFT_TONE: Readonly<Record<Tone, string>> = {
  neutral: "border-line bg-sunken text-quiet",
  accent: "border-accent-line bg-accent-soft text-accent",
  good: "border-good-line bg-good-soft text-good",
  wait: "border-wait-line bg-wait-soft text-wait",
  bad: "border-bad-line bg-bad-soft text-bad",
  info: "border-info-line bg-info-soft text-info",
};

/** The edge of something that a tone concerns. */
export const EDGE_TONE: Readonly<Record<Tone, string>> = {
  neutral: "border-line",
  accent: "border-accent-line",
  good: "border-good-line",
  wait: "border-wait-line",
  bad: "border-bad-line",
  info: "border-info-line",
};

/** Text or an icon on card, page or raised. */
export const TEXT_TONE: Readonly<Record<Tone, string>> = {
  neutral: "text-quiet",
  accent: "text-accent",
  good: "text-good",
  wait: "text-wait",
  bad: "text-bad",
  info: "text-info",
};

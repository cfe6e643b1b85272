import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("./globals.css", import.meta.url), "utf8");
const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const TOKENS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name, { light, dark }] as const,
  ),
);

function luminance(token: string, theme: Theme): number {
  const hex = TOKENS.get(token)?.[theme];
  if (hex === undefined) throw new Error(`globals.css has no token --${token}`);
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** As WCAG 2.2 defines it, 1 to 21. */
function contrast(one: string, other: string, theme: Theme): number {
  const [dark, light] = [luminance(one, theme), luminance(other, theme)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const SURFACES = ["page", "sunken", "card", "raised", "hover"];
const MEANINGS = ["accent", "good", "wait", "bad", "info"];

/** Each text with what it may lie on. A selected row is accent-soft and holds any text. */
const TEXT_PAIRS = [
  ...["ink", "quiet", ...MEANINGS].flatMap((text) => [...SURFACES, "accent-soft"].map((on) => [text, on])),
  ...MEANINGS.flatMap((text) => [
    [text, `${text}-soft`],
    ["ink", `${text}-soft`],
  ]),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-bad", "bad"],
  ["on-bad", "bad-strong"],
  ["page", "ink"],
  ["ink", "accent-line"],
];

/** What must be told from its background without being text. */
const MARK_PAIRS = [
  ...["k8s", "aws", "coolify", "mark-good", "mark-wait", "mark-bad", "mark-info", "mark-quiet"].map((mark) => [
    mark,
    "card",
  ]),
  ...["card", "raised", "page"].map((on) => ["line-strong", on]),
  ...SURFACES.map((on) => ["accent", on]),
];

describe.each(THEMES)("the colours of the %s theme", (theme) => {
  it.each(TEXT_PAIRS)("keep text legible: %s on %s", (text, on) => {
    expect(contrast(text!, on!, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARK_PAIRS)("keep marks and edges visible: %s on %s", (mark, on) => {
    expect(contrast(mark!, on!, theme)).toBeGreaterThanOrEqual(3);
  });
});

it("has a light and a dark value for every colour", () => {
  const colors = [...CSS.matchAll(/--color-([\w-]+): var\(--([\w-]+)\)/g)];
  expect(colors.length).toBeGreaterThan(30);
  for (const [, name, token] of colors) {
    expect(token).toBe(name);
    expect(TOKENS.has(token!), name).toBe(true);
  }
});

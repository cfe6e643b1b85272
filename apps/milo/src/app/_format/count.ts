const NUMBERS = new Intl.NumberFormat("en-GB");
const SHARES = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 0 });

/** `1,234` */
export function formatNumber(value: number): string {
  return NUMBERS.format(value);
}

/** `1 bot`, `5 bots`, `1,234 bots`; for a plural of its own: `formatCount(2, "entry", "entries")`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `83%`; never 100% or 0% for what is only nearly so. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "–";
  const share = part / whole;
  if (share > 0 && share < 0.01) return "<1%";
  if (share > 0.99 && share < 1) return ">99%";
  return SHARES.format(share);
}

/** `a`, `a and b`, `a, b and c` */
export function formatList(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

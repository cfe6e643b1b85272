/** The value that the given share of the values does not exceed (nearest rank). NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Rounded for people and for JSON: two decimals. */
export function round(value: number, decimals = 2): number {
  return Number(value.toFixed(decimals));
}

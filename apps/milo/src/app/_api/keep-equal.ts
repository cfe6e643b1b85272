/**
 * The new value with every part that equals the old one replaced by the old one itself, so that what did not change is
 * not rendered again and can be told by `===`. Unlike TanStack Query's own, it knows that two dates may be equal.
 */
export function keepEqual(old: unknown, now: unknown): unknown {
  if (Object.is(old, now)) return old;
  if (old instanceof Date && now instanceof Date) return old.getTime() === now.getTime() ? old : now;
  if (Array.isArray(old) && Array.isArray(now)) {
    const kept = now.map((item, index) => keepEqual(old[index], item));
    return old.length === kept.length && kept.every((item, index) => item === old[index]) ? old : kept;
  }
  if (!isRecord(old) || !isRecord(now)) return now;
  const keys = Object.keys(now);
  const kept = Object.fromEntries(keys.map((key) => [key, keepEqual(old[key], now[key])]));
  const isSame = keys.length === Object.keys(old).length && keys.every((key) => key in old && kept[key] === old[key]);
  return isSame ? old : kept;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

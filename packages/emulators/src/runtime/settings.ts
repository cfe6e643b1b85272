/** A setting is a plain value, so that it can be read and written over HTTP. */
export type SettingValue = number | string | boolean | null;

/** Thrown for a setting that does not exist or has the wrong type. */
export class UnknownSettingError extends Error {}

/** Values that can be changed while the emulator runs: capacity, quota, latency, delays. */
export interface Settings<T extends { [K in keyof T]: SettingValue }> {
  get(): Readonly<T>;
  /** Throws UnknownSettingError and changes nothing if any value does not fit. */
  set(values: Partial<T>): void;
  reset(): void;
}

/** Makes settings; a value must keep the type of its default, and null stands for "no limit" of a number. */
export function createSettings<T extends { [K in keyof T]: SettingValue }>(defaults: T): Settings<T> {
  let current: T = { ...defaults };
  return {
    get: () => current,
    set: (values) => {
      for (const [name, value] of Object.entries(values)) checkSetting(defaults, name, value);
      current = { ...current, ...values };
    },
    reset: () => {
      current = { ...defaults };
    },
  };
}

function checkSetting(defaults: object, name: string, value: unknown): void {
  if (!Object.hasOwn(defaults, name)) {
    throw new UnknownSettingError(`no setting "${name}"; there are: ${Object.keys(defaults).join(", ")}`);
  }
  const wanted = typeof Object.entries(defaults).find(([key]) => key === name)?.[1];
  const fits = wanted === "number" || wanted === "object" ? isNumberOrNull(value) : typeof value === wanted;
  if (!fits) throw new UnknownSettingError(`setting "${name}" cannot be ${JSON.stringify(value)}`);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isFinite(value));
}

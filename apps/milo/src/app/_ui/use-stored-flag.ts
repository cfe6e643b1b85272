"use client";

import { useCallback, useEffect, useState } from "react";
import { createStoredFlags } from "./stored-flag.ts";

const flags = createStoredFlags(() => window.localStorage);

/** A flag that outlasts the page, shared by all that name its key. The first paint shows `fallback`. */
export function useStoredFlag(key: string, fallback: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(fallback);
  useEffect(() => {
    const update = () => setValue(flags.read(key, fallback));
    update();
    return flags.subscribe(update);
  }, [key, fallback]);
  return [value, useCallback((next: boolean) => flags.write(key, next), [key])];
}

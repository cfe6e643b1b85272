"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { chooseTheme, readTheme, type Theme } from "./theme.ts";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

const listeners = new Set<() => void>();
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Goes round: as the system has it, light, dark. */
export function ThemeSwitch() {
  const theme = useSyncExternalStore(subscribe, readTheme, () => "system" as const);
  const Icon = ICONS[theme];
  const change = () => {
    chooseTheme(NEXT[theme]);
    for (const listener of listeners) listener();
  };
  return (
    <button type="button" onClick={change} aria-label={`Theme: ${theme}`} title={`Theme: ${theme}`} className="p-1.5">
      <Icon aria-hidden className="size-4" />
    </button>
  );
}

"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { createListeners } from "../_live/listeners.ts";
import { IconButton } from "../_ui/icon-button.tsx";
import { Menu } from "../_ui/menu.tsx";
import { MenuCheckboxItem } from "../_ui/menu-item.tsx";
import { chooseTheme, readTheme, type Theme } from "./theme.ts";

const CHOICES = [
  { theme: "system", label: "As the system has it", Icon: Monitor },
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
] as const satisfies readonly { theme: Theme; label: string; Icon: typeof Sun }[];

const changes = createListeners<void>();

export function ThemeSwitch() {
  const theme = useSyncExternalStore(changes.add, readTheme, () => "system" as const);
  const Icon = CHOICES.find((choice) => choice.theme === theme)?.Icon ?? Monitor;
  const choose = (next: Theme) => {
    chooseTheme(next);
    changes.tell();
  };
  return (
    <Menu trigger={<IconButton label="Theme" icon={<Icon aria-hidden />} size="sm" />}>
      {CHOICES.map((choice) => (
        <MenuCheckboxItem
          key={choice.theme}
          checked={choice.theme === theme}
          onCheckedChange={() => choose(choice.theme)}
        >
          {choice.label}
        </MenuCheckboxItem>
      ))}
    </Menu>
  );
}

/** `system` follows what the viewer's system prefers. */
export type Theme = "system" | "light" | "dark";

export const THEME_KEY = "milo-theme";

/**
 * Run by the page before its first paint, so that a chosen theme does not flash in late. It stands alone: nothing of the
 * console is loaded by then. Without storage the system's preference holds.
 */
export const THEME_SCRIPT = `try{var t=localStorage.getItem("${THEME_KEY}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}`;

export function readTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Shows a theme, and keeps it for the next visit where the browser allows that. */
export function chooseTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

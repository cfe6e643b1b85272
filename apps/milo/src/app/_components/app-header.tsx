import Link from "next/link";
import { LiveIndicator } from "./live-indicator.tsx";
import { MainNav } from "./main-nav.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** Stays on top of every page: where one is, where one may go, and how current what is shown is. */
export function AppHeader() {
  return (
    <header className="sticky top-0 z-40 border-line border-b bg-card">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2">
        <Link href="/" prefetch={false} className="font-semibold tracking-tight">
          milo
        </Link>
        <div className="order-last w-full sm:order-none sm:w-auto">
          <MainNav />
        </div>
        <div className="ml-auto flex items-center gap-3">
          <LiveIndicator />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}

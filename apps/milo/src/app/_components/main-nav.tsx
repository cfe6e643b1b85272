"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PAGES = [
  { href: "/", label: "Dashboard" },
  { href: "/infrastructure", label: "Infrastructure" },
  { href: "/bots", label: "Bots" },
  { href: "/capacity", label: "Capacity" },
] as const;

/** The console's pages. On a narrow screen it scrolls sideways rather than hiding where one may go. */
export function MainNav() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="-mx-1 flex gap-1 overflow-x-auto px-1">
      {PAGES.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={current(path, href)}
          className="rounded-md px-2.5 py-1.5 font-medium text-quiet text-sm hover:text-ink aria-[current]:bg-sunken aria-[current]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** A page below one of these (a bot's own) belongs to it without being it. */
function current(path: string, href: string): "page" | "true" | undefined {
  if (path === href) return "page";
  return href !== "/" && path.startsWith(`${href}/`) ? "true" : undefined;
}

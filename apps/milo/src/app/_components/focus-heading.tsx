"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

/**
 * Who comes to another page without a mouse goes on from its heading: what had the focus is gone with the page before.
 * What stays, such as a link above the page, keeps it.
 */
export function FocusHeading() {
  const path = usePathname();
  const before = useRef(path);
  useEffect(() => {
    if (path === before.current) return;
    before.current = path;
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    const heading = document.querySelector<HTMLElement>("main h1");
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [path]);
  return null;
}

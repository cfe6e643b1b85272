"use client";

import { useEffect, useState } from "react";

/** A list that changes many times a second is read as it stands, not change by change. */
const QUIET_MS = 1_000;

/** Tells screen readers a text when it has stood for a second: the count of a list, the end of a search. */
export function Announcer({ text }: { text: string }) {
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span role="status" className="sr-only">
      {spoken}
    </span>
  );
}

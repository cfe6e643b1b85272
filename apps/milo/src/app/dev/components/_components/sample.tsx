import type { ReactNode } from "react";

/** A group of components under its name. */
export function Samples({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-3">
      <h3 className="border-b pb-1 font-semibold text-lg">{title}</h3>
      {children}
    </section>
  );
}

/** Some states of one component beside one another. */
export function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <p className="font-mono text-2xs text-quiet">{name}</p>
      <div className="flex min-w-0 flex-wrap items-center gap-2.5">{children}</div>
    </div>
  );
}

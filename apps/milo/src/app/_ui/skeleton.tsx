import { classNames } from "./class-names.ts";

/** The place of what is still being read. */
export function Skeleton({ className = "h-4 w-24" }: { className?: string }) {
  return <span aria-hidden className={classNames("block animate-breathe rounded-sm bg-line", className)} />;
}

/** Rows of a list that is still being read; spoken once as what is loading. */
export function SkeletonRows({ label, rows = 5 }: { label: string; rows?: number }) {
  return (
    <div role="status" className="divide-y">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <div key={row} className="flex items-center gap-4 px-4 py-3">
          <Skeleton className="h-3 w-2/12" />
          <Skeleton className="h-3 w-4/12" />
          <Skeleton className="ml-auto h-3 w-1/12" />
        </div>
      ))}
    </div>
  );
}

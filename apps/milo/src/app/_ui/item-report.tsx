import { CircleCheck, CircleX } from "lucide-react";

/** What came of one of several: done, or why not. */
export type ItemReport = { key: string | number; label: string; ok: boolean; text: string };

/** What came of each; those that failed come first. */
export function ItemReportList({ reports }: { reports: readonly ItemReport[] }) {
  const ordered = [...reports].sort((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <ul className="max-h-72 divide-y overflow-y-auto rounded-md border text-sm">
      {ordered.map((report) => (
        <li key={report.key} className="flex items-start gap-2 px-3 py-2">
          {report.ok ? (
            <CircleCheck aria-label="Done" className="mt-0.5 size-4 shrink-0 text-good" />
          ) : (
            <CircleX aria-label="Failed" className="mt-0.5 size-4 shrink-0 text-bad" />
          )}
          <span className="min-w-0">
            <span className="font-medium">{report.label}</span> <span className="text-quiet">{report.text}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

import { formatValue } from "../../_ui/chart-table.tsx";
import type { Moment } from "./moments.ts";

/** What is drawn as an area. `isHatched`: it is wanted, not used. */
export type StepArea = {
  key: string;
  label: string;
  color: string;
  read(at: Moment): number | null;
  isHatched?: boolean;
};

type Props = {
  at: Moment;
  areas: readonly StepArea[];
  limit: number | null | undefined;
  format(atMs: number): string;
};

/** What held at the moment that is pointed at. */
export function MomentReading({ at, areas, limit, format }: Props) {
  return (
    <div className="rounded-md border bg-raised px-2 py-1 text-xs shadow-raised">
      <p className="font-medium tabular-nums">{format(at.atMs)}</p>
      <ul>
        {areas.map(({ key, label, color, read }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span className="size-2 rounded-sm" style={{ background: color }} />
            <span className="mr-3 text-quiet">{label}</span>
            <span className="ml-auto font-medium tabular-nums">{formatValue(read(at))}</span>
          </li>
        ))}
        {limit !== undefined && (
          <li className="flex gap-3">
            <span className="text-quiet">Limit</span>
            <span className="ml-auto font-medium tabular-nums">{formatValue(limit)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

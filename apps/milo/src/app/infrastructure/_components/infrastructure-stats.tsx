import type { ApiOutputs } from "../../_api/outputs.ts";

type PlatformStats = ApiOutputs["infrastructure"]["getStats"][number];

const CARDS = [
  { key: "starting", label: "Starting" },
  { key: "running", label: "Running" },
  { key: "stopping", label: "Stopping" },
  { key: "failed24h", label: "Failed, last 24 h" },
] as const satisfies readonly { key: keyof PlatformStats; label: string }[];

/** One platform's row of four status cards. */
export function InfrastructureStats({ stats }: { stats: PlatformStats | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {CARDS.map(({ key, label }) => (
        <div key={key} className="rounded-md border border-line p-3">
          <dt className="text-quiet text-sm">{label}</dt>
          <dd className="mt-1 font-semibold text-xl tabular-nums">{stats?.[key] ?? 0}</dd>
        </div>
      ))}
    </dl>
  );
}

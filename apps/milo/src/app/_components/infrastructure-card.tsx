import Link from "next/link";
import type { Overview } from "../_server/read-overview.ts";
import { describeCapacity, describeQueue } from "./describe.ts";
import { HealthBadge } from "./health-badge.tsx";

/** The dashboard's summary: every platform of the plan and, when bots wait, how many. */
export function InfrastructureCard({ overview }: { overview: Overview }) {
  const { platforms, queue } = overview;
  return (
    <section aria-labelledby="infrastructure-card" className="rounded-lg border border-line bg-card p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="infrastructure-card" className="font-semibold">
          <Link href="/infrastructure" className="hover:underline">
            Infrastructure
          </Link>
        </h2>
        {queue.total > 0 && (
          <span role="status" className="rounded-full bg-wait-soft px-2.5 py-0.5 font-medium text-sm text-wait">
            {describeQueue(queue.total)}
          </span>
        )}
      </div>
      <details open className="mt-3">
        <summary className="cursor-pointer text-quiet text-sm">Platforms</summary>
        <ul className="mt-2 divide-y divide-line">
          {platforms.map((platform) => (
            <li key={platform.platform} className="flex items-center justify-between gap-3 py-2">
              <span className="tabular-nums">{describeCapacity(platform)}</span>
              <HealthBadge isHealthy={platform.isHealthy} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

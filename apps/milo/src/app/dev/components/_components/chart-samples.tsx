"use client";

import { useState } from "react";
import { Card } from "../../../_ui/card.tsx";
import type { ChartSeries } from "../../../_ui/chart-series.ts";
import { SegmentedControl } from "../../../_ui/segmented-control.tsx";
import { TimeChart } from "../../../_ui/time-chart.tsx";
import { Samples } from "./sample.tsx";

const USAGE = [
  { key: "k8s", label: "K8s", tone: "k8s", shape: "area" },
  { key: "aws", label: "AWS", tone: "aws", shape: "area" },
  { key: "coolify", label: "Coolify", tone: "coolify", shape: "area" },
  { key: "waiting", label: "Waiting", tone: "wait", shape: "line" },
  { key: "limit", label: "All limits", tone: "quiet", shape: "limit" },
] as const satisfies readonly ChartSeries[];

const ACTIVITY = [
  { key: "launched", label: "Launched", tone: "good", shape: "bar" },
  { key: "failed", label: "Failed", tone: "bad", shape: "bar" },
] as const satisfies readonly ChartSeries[];

const SPANS = [
  { value: "6h", label: "6 h" },
  { value: "24h", label: "24 h" },
] as const;

const EMPTY = { title: "Nothing has run yet", text: "Numbers appear a minute after the first bot." };
const HOUR_MS = 3_600_000;

export function ChartSamples({ nowMs }: { nowMs: number }) {
  const [span, setSpan] = useState<(typeof SPANS)[number]["value"]>("6h");
  const bucketMs = HOUR_MS / 12;
  const usage = Array.from({ length: 72 }, (_, index) => {
    const wave = 1 + Math.sin(index / 9);
    const values = {
      k8s: Math.min(30, Math.round(12 + 12 * wave)),
      aws: Math.round(8 * Math.max(0, wave - 0.6)),
      coolify: Math.round(5 * Math.max(0, wave - 1.2)),
      waiting: Math.round(14 * Math.max(0, wave - 1.6)),
      limit: index < 40 ? 60 : 50,
    };
    return { atMs: nowMs - (72 - index) * bucketMs, values };
  });
  const activity = Array.from({ length: 24 }, (_, index) => ({
    atMs: nowMs - (24 - index) * HOUR_MS,
    values: { launched: 8 + ((index * 7) % 19), failed: index % 6 === 0 ? 3 : 0 },
  }));
  return (
    <Samples title="Charts">
      <div className="grid gap-3 lg:grid-cols-2">
        <Card title="Capacity">
          <TimeChart
            title="Slots in use"
            summary="Slots in use on each platform and bots waiting, over the last 6 hours."
            series={USAGE}
            points={usage}
            empty={EMPTY}
            actions={<SegmentedControl label="Span of time" value={span} onValueChange={setSpan} options={SPANS} />}
          />
        </Card>
        <Card title="Activity">
          <TimeChart
            title="Launches by hour"
            summary="Launches and failures of the last 24 hours."
            series={ACTIVITY}
            points={activity}
            empty={EMPTY}
          />
        </Card>
        <Card title="Empty">
          <TimeChart title="Launches by hour" summary="" series={ACTIVITY} points={[]} empty={EMPTY} />
        </Card>
      </div>
    </Samples>
  );
}

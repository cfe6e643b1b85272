"use client";

import { useState } from "react";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { EmptyState } from "../../../_ui/empty-state.tsx";
import { ErrorState } from "../../../_ui/error-state.tsx";
import { Notice } from "../../../_ui/notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { StaleNotice } from "../../../_ui/stale-notice.tsx";
import { Samples } from "./sample.tsx";

export function StateSamples({ nowMs }: { nowMs: number }) {
  const [isRetrying, setRetrying] = useState(false);
  return (
    <Samples title="States of a list">
      <div className="grid gap-3 sm:grid-cols-3">
        <Card title="Loading" isFlush>
          <SkeletonRows label="Reading the queue" rows={4} />
        </Card>
        <Card title="Empty" isFlush>
          <EmptyState title="No bot is waiting" action={<Button size="sm">Send a bot</Button>}>
            Bots wait here while no platform has room.
          </EmptyState>
        </Card>
        <Card title="Error" isFlush>
          <ErrorState
            title="The queue could not be read"
            detail="connect ECONNREFUSED 127.0.0.1:5432"
            onRetry={() => setRetrying(!isRetrying)}
            isRetrying={isRetrying}
          >
            milo cannot reach its database. Bots that run go on.
          </ErrorState>
        </Card>
      </div>
      <StaleNotice asOf={nowMs - 12_000} />
      {(["neutral", "info", "good", "wait", "bad"] as const).map((tone) => (
        <Notice key={tone} tone={tone} title="AWS takes no bots" action={<Button size="sm">See why</Button>}>
          Its breaker is open for another 42 s: 3 launches in a row failed.
        </Notice>
      ))}
    </Samples>
  );
}

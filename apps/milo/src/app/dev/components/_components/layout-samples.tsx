import { CirclePlay, CircleStop, CircleX, Send } from "lucide-react";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { CodeBlock } from "../../../_ui/code-block.tsx";
import { CollapsibleSection } from "../../../_ui/collapsible-section.tsx";
import { CapacityBar } from "../../../_ui/domain/capacity-bar.tsx";
import { HealthBadge } from "../../../_ui/domain/health-badge.tsx";
import { ModeBadge } from "../../../_ui/domain/mode-badge.tsx";
import { PlatformIcon } from "../../../_ui/domain/platform-icon.tsx";
import { Duration, Elapsed, Remaining } from "../../../_ui/duration.tsx";
import { Fact, FactList } from "../../../_ui/facts.tsx";
import { StatCard, StatRow } from "../../../_ui/stat-card.tsx";
import { Tabs } from "../../../_ui/tabs.tsx";
import { TimeAgo } from "../../../_ui/time-ago.tsx";
import { Samples } from "./sample.tsx";

const CURL = `curl -s $MILO/api/trpc/bots.create -H 'content-type: application/json' \\
  -d '{"json":{"meetingUrl":"https://meet.google.com/abc-defg-hij","name":"Standup notes"}}'`;

export function LayoutSamples({ theme, nowMs }: { theme: string; nowMs: number }) {
  return (
    <Samples title="Layout">
      <Card
        title="Infrastructure"
        aside={<Badge tone="wait">Queue: 5 bots waiting</Badge>}
        description="What every platform holds and may hold."
        actions={<Button size="sm">Open</Button>}
        footer="The footer of a card."
      >
        <FactList>
          <Fact name="Created">
            <TimeAgo at={nowMs - 192_000} />
          </Fact>
          <Fact name="Waits for">
            <Elapsed since={nowMs - 65_000} />
          </Fact>
          <Fact name="Gives up in">
            <Remaining until={nowMs + 342_000} />
          </Fact>
          <Fact name="Was in the call for">
            <Duration ms={3_780_000} />
          </Fact>
        </FactList>
      </Card>
      <CollapsibleSection
        storageKey={`sample-${theme}`}
        title="K8s (25/30)"
        icon={<PlatformIcon platform="k8s" />}
        aside={
          <>
            <div className="min-w-48 flex-1">
              <CapacityBar platform="k8s" used={25} limit={30} mode="hold" />
            </div>
            <HealthBadge isHealthy />
            <ModeBadge mode="hold" />
          </>
        }
        actions={<Button size="sm">Take bots again</Button>}
      >
        <div className="p-4">
          <StatRow>
            <StatCard label="Starting" value={2} icon={Send} tone="info" />
            <StatCard label="Running" value={22} icon={CirclePlay} tone="good" />
            <StatCard label="Stopping" value={0} icon={CircleStop} tone="wait" />
            <StatCard label="Failed" value={3} icon={CircleX} tone="bad" hint="in the last 24 h" />
          </StatRow>
        </div>
      </CollapsibleSection>
      <Card title="Tabs" isFlush>
        <Tabs
          label="Of the bot"
          tabs={[
            { value: "story", label: "Story", content: "What happened." },
            { value: "record", label: "Record", content: <CodeBlock code={CURL} label="API call" /> },
          ]}
        />
      </Card>
      <CodeBlock code={CURL} label="API call" />
    </Samples>
  );
}

"use client";

import { Square } from "lucide-react";
import { useState } from "react";
import { formatCount } from "../../../_format/count.ts";
import { Announcer } from "../../../_ui/announcer.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { Cell } from "../../../_ui/cell.tsx";
import { Checkbox } from "../../../_ui/checkbox.tsx";
import { MeetingPlatformName } from "../../../_ui/domain/meeting-platform-name.tsx";
import { PlatformName } from "../../../_ui/domain/platform-name.tsx";
import { StatusBadge } from "../../../_ui/domain/status-badge.tsx";
import { HeadCell } from "../../../_ui/head-cell.tsx";
import { Pagination } from "../../../_ui/pagination.tsx";
import { HeadRow, Row, Table, TableBody } from "../../../_ui/table.tsx";
import { TimeAgo } from "../../../_ui/time-ago.tsx";
import { Samples } from "./sample.tsx";

const BOTS = [
  { id: 1042, name: "Standup notes", status: "IN_CALL", meeting: "zoom", infra: "k8s", agoMs: 1_320_000, priority: 0 },
  {
    id: 1041,
    name: "Board meeting",
    status: "QUEUED",
    meeting: "google-meet",
    infra: null,
    agoMs: 42_000,
    priority: 10,
  },
  {
    id: 1040,
    name: "Interview",
    status: "DEPLOYING",
    meeting: "microsoft-teams",
    infra: "aws",
    agoMs: 61_000,
    priority: 0,
  },
  {
    id: 1039,
    name: "Design review",
    status: "FATAL",
    meeting: "zoom",
    infra: "coolify",
    agoMs: 7_300_000,
    priority: -5,
  },
  { id: 1038, name: "All hands", status: "DONE", meeting: "google-meet", infra: "k8s", agoMs: 9_500_000, priority: 0 },
] as const;

export function TableSamples({ nowMs }: { nowMs: number }) {
  const [selected, setSelected] = useState<readonly number[]>([1041]);
  const [direction, setDirection] = useState<"ascending" | "descending">("descending");
  const select = (id: number, on: boolean) => setSelected(on ? [...selected, id] : selected.filter((it) => it !== id));
  const isAll = selected.length === BOTS.length;
  return (
    <Samples title="Table">
      <Announcer text={`${formatCount(selected.length, "bot")} selected`} />
      <Card
        title="Bots"
        isFlush
        actions={
          <Button
            variant="danger"
            size="sm"
            icon={<Square aria-hidden />}
            disabledReason={selected.length === 0 ? "Select bots first" : null}
          >
            Stop {formatCount(selected.length, "bot")} …
          </Button>
        }
      >
        <Table label="Bots" minWidth="sm">
          <HeadRow>
            <HeadCell isTight>
              <Checkbox
                checked={isAll || (selected.length > 0 && "indeterminate")}
                onCheckedChange={(on) => setSelected(on ? BOTS.map((bot) => bot.id) : [])}
                label="Select all bots"
                isLabelHidden
              />
            </HeadCell>
            <HeadCell>Bot</HeadCell>
            <HeadCell>Status</HeadCell>
            <HeadCell hideBelow="md">Meeting</HeadCell>
            <HeadCell>Infra</HeadCell>
            <HeadCell align="end" sort="none" hideBelow="md">
              Priority
            </HeadCell>
            <HeadCell
              align="end"
              sort={direction}
              onSort={() => setDirection(direction === "ascending" ? "descending" : "ascending")}
            >
              Started
            </HeadCell>
          </HeadRow>
          <TableBody>
            {BOTS.map((bot) => (
              <Row key={bot.id} isSelected={selected.includes(bot.id)}>
                <Cell isTight>
                  <Checkbox
                    checked={selected.includes(bot.id)}
                    onCheckedChange={(on) => select(bot.id, on)}
                    label={`Select ${bot.name}`}
                    isLabelHidden
                  />
                </Cell>
                <Cell isRowHead>{bot.name}</Cell>
                <Cell>
                  <StatusBadge status={bot.status} look="plain" />
                </Cell>
                <Cell hideBelow="md">
                  <MeetingPlatformName platform={bot.meeting} />
                </Cell>
                <Cell>
                  {bot.infra ? <PlatformName platform={bot.infra} /> : <span title="K8s is full (30/30)">–</span>}
                </Cell>
                <Cell align="end" hideBelow="md">
                  {bot.priority}
                </Cell>
                <Cell align="end">
                  <TimeAgo at={nowMs - bot.agoMs} />
                </Cell>
              </Row>
            ))}
          </TableBody>
        </Table>
        <Pagination label="Pages of bots" onOlder={() => {}}>
          5 bots
        </Pagination>
      </Card>
    </Samples>
  );
}

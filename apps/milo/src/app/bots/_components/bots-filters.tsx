"use client";

import {
  BOT_STATUSES,
  type BotStatus,
  DEPLOYMENT_PLATFORMS,
  MEETING_PLATFORMS,
  PLATFORM_LABELS,
} from "@milo/placement";
import { ListFilter, X } from "lucide-react";
import type { RefObject } from "react";
import { MEETING_PLATFORM_LABELS } from "../../_format/meeting-platform.ts";
import { Button } from "../../_ui/button.tsx";
import { BOT_STATUS_LOOKS } from "../../_ui/domain/bot-status-look.ts";
import { Menu, MenuLabel } from "../../_ui/menu.tsx";
import { MenuCheckboxItem } from "../../_ui/menu-item.tsx";
import { SegmentedControl } from "../../_ui/segmented-control.tsx";
import { Select } from "../../_ui/select.tsx";
import { ALL_BOTS, groupOf, isFiltered, STATUS_GROUPS, type StatusGroup } from "../bots-view.ts";
import type { BotsViewState } from "../use-bots-view.ts";
import { BotsSearch } from "./bots-search.tsx";

type Counts = readonly { status: BotStatus; count: number }[];
type Props = BotsViewState & {
  /** Shows a view by what goes with the one before, and gives the focus to the search. */
  showAndSearch: BotsViewState["show"];
  searchBox: RefObject<HTMLInputElement | null>;
  counts: Counts | null;
};

const ANY = { value: "any", label: "Any infra" } as const;
const INFRA = [ANY, ...DEPLOYMENT_PLATFORMS.map((value) => ({ value, label: PLATFORM_LABELS[value] }))];
const ANY_MEETING = { value: "any", label: "Any meeting" } as const;
const MEETINGS = [ANY_MEETING, ...MEETING_PLATFORMS.map((value) => ({ value, label: MEETING_PLATFORM_LABELS[value] }))];

/** Which bots to list. */
export function BotsFilters({ view, show, showAndSearch, searchBox, counts }: Props) {
  const group = groupOf(view.statuses);
  return (
    <search aria-label="Filter bots" className="flex flex-wrap items-center gap-2">
      <div className="w-full sm:w-72">
        <BotsSearch ref={searchBox} search={view.search} onSearch={(search) => show({ search })} />
      </div>
      <SegmentedControl<StatusGroup | "all" | "other">
        label="Status"
        value={group ?? "other"}
        onValueChange={(next) => {
          if (next !== "other") show({ statuses: next === "all" ? [] : STATUS_GROUPS[next] });
        }}
        options={[
          { value: "all", label: "All" },
          { value: "waiting", label: `Waiting${tally(counts, STATUS_GROUPS.waiting)}` },
          { value: "active", label: `Active${tally(counts, STATUS_GROUPS.active)}` },
          { value: "ended", label: "Ended" },
        ]}
      />
      <StatusMenu statuses={view.statuses} isOwn={group === null} show={show} />
      <Select
        aria-label="Infra"
        value={view.infrastructure ?? "any"}
        onValueChange={(next) => show({ infrastructure: next === "any" ? null : next })}
        options={INFRA}
      />
      <Select
        aria-label="Meeting platform"
        value={view.meetingPlatform ?? "any"}
        onValueChange={(next) => show({ meetingPlatform: next === "any" ? null : next })}
        options={MEETINGS}
      />
      {isFiltered(view) && (
        <Button variant="ghost" icon={<X aria-hidden />} onClick={() => showAndSearch(ALL_BOTS)}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

type MenuProps = Pick<BotsViewState, "show"> & { statuses: readonly BotStatus[]; isOwn: boolean };

/** Any statuses together. */
function StatusMenu({ statuses, isOwn, show }: MenuProps) {
  const toggle = (status: BotStatus, isOn: boolean) =>
    show((current) => ({
      statuses: BOT_STATUSES.filter((one) => (one === status ? isOn : current.statuses.includes(one))),
    }));
  const first = statuses[0];
  const label = !isOwn || first === undefined ? "Status" : BOT_STATUS_LOOKS[first].label;
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={<ListFilter aria-hidden />}>
          <span>
            {label}
            {isOwn && statuses.length > 1 && ` + ${statuses.length - 1}`}
            <span className="sr-only">, choose statuses</span>
          </span>
        </Button>
      }
    >
      <MenuLabel>Bots that are</MenuLabel>
      {BOT_STATUSES.map((status) => (
        <MenuCheckboxItem
          key={status}
          checked={statuses.includes(status)}
          onCheckedChange={(isOn) => toggle(status, isOn)}
        >
          {BOT_STATUS_LOOKS[status].label}
        </MenuCheckboxItem>
      ))}
    </Menu>
  );
}

/** ` 3`; nothing while it is not known. */
function tally(counts: Counts | null, statuses: readonly BotStatus[]): string {
  if (counts === null) return "";
  const sum = counts.reduce((total, one) => total + (statuses.includes(one.status) ? one.count : 0), 0);
  return ` ${sum}`;
}

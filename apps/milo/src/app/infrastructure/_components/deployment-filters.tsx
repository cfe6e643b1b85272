"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { Input } from "../../_ui/input.tsx";
import { Select } from "../../_ui/select.tsx";
import {
  type DeploymentView,
  FIRST_VIEW,
  isFiltered,
  OUTCOME_CHOICES,
  PHASE_CHOICES,
} from "../_view/deployment-view.ts";

const TYPED_WITHIN_MS = 300;

type Props = {
  platform: DeploymentPlatform;
  view: DeploymentView;
  onChange(change: Partial<DeploymentView>): void;
};

/** What of a platform's deployments to show. */
export function DeploymentFilters({ platform, view, onChange }: Props) {
  const label = PLATFORM_LABELS[platform];
  return (
    <search aria-label={`Filters of ${label}`} className="flex flex-wrap items-center gap-2">
      <SearchField
        label={`Search deployments on ${label}`}
        value={view.search}
        onChange={(search) => onChange({ search })}
      />
      <Select
        aria-label={`Phase of deployments on ${label}`}
        value={view.phase}
        onValueChange={(phase) => onChange({ phase })}
        options={PHASE_CHOICES}
      />
      <Select
        aria-label={`Outcome of deployments on ${label}`}
        value={view.outcome}
        onValueChange={(outcome) => onChange({ outcome })}
        options={OUTCOME_CHOICES}
      />
      {isFiltered(view) && (
        <Button
          variant="ghost"
          icon={<X aria-hidden />}
          onClick={() => onChange({ phase: FIRST_VIEW.phase, outcome: FIRST_VIEW.outcome, search: "" })}
        >
          Clear filters
        </Button>
      )}
    </search>
  );
}

/** Searches when the typing rests, or at once on Enter. */
function SearchField({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  const wanted = typed.trim();
  useEffect(() => {
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), TYPED_WITHIN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Input
      type="search"
      aria-label={label}
      placeholder="Launch key, ARN or bot id"
      icon={<Search aria-hidden />}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && onChange(wanted)}
      className="w-56"
    />
  );
}

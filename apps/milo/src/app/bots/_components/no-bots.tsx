"use client";

import { Bot, EyeOff, Plus, SearchX } from "lucide-react";
import { Button } from "../../_ui/button.tsx";
import { EmptyState } from "../../_ui/empty-state.tsx";
import { ALL_BOTS, isFiltered } from "../bots-view.ts";
import type { BotsViewState } from "../use-bots-view.ts";

type Props = BotsViewState & {
  /** Where a search that has looked only so far goes on. */
  goOn: number | null;
  /** Opens the form by which bots are sent. */
  onCreate(): void;
};

/** Why nothing is listed. */
export function NoBots({ view, show, goOn, onCreate }: Props) {
  if (goOn !== null) {
    return (
      <EmptyState
        icon={SearchX}
        title="None among the newest"
        action={<Button onClick={() => show({ before: goOn }, "push")}>Search older bots</Button>}
      >
        So many names begin like this that they are searched a part at a time.
      </EmptyState>
    );
  }
  if (isFiltered(view)) {
    return (
      <EmptyState
        icon={SearchX}
        title="No bot is like this"
        action={<Button onClick={() => show(ALL_BOTS)}>Clear filters</Button>}
      >
        A search finds a bot’s id, the whole address of a meeting, or the beginning of a name.
      </EmptyState>
    );
  }
  if (view.before !== null || view.after !== null) {
    return (
      <EmptyState title="There are no bots here" action={<Button onClick={() => show(ALL_BOTS)}>To the newest</Button>}>
        They may have been removed by age.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Bot}
      title="No bots yet"
      action={
        <Button variant="primary" icon={<Plus aria-hidden />} aria-haspopup="dialog" onClick={onCreate}>
          Send bots …
        </Button>
      }
    >
      Send one to a meeting, here or by the API: it joins as soon as a platform has room.
    </EmptyState>
  );
}

/** The page's address names a search that it does not hold whole. */
export function HiddenSearch({ onClear }: { onClear(): void }) {
  return (
    <section aria-label="Bots" className="rounded-lg border bg-card">
      <EmptyState
        icon={EyeOff}
        title="Enter the meeting’s address again"
        action={<Button onClick={onClear}>Clear the search</Button>}
      >
        Its query may be the meeting’s password, so this page’s address does not keep it, and neither does a reload.
      </EmptyState>
    </section>
  );
}

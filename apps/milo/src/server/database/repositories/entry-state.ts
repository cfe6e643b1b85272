import {
  type Bar,
  type FailureHistory,
  NO_FAILURES,
  openTo,
  recheckAtMs,
  type Stage,
  type StageState,
  type WaitPlan,
} from "@milo/placement";

/** The columns of a queue entry that the stage policy reads; times as milliseconds since the epoch. */
export type EntryRow = {
  id: number;
  botId: number;
  plan: WaitPlan;
  stage: Stage;
  stageEndsAtMs: number | null;
  timeoutAtMs: number;
  bars: Bar[];
  notBeforeMs: number | null;
  failures: Partial<FailureHistory>;
  lastFailure: string | null;
};

export function toStageState(row: EntryRow): StageState {
  const { plan, stage, stageEndsAtMs, timeoutAtMs, bars, notBeforeMs } = row;
  return { plan, stage, stageEndsAtMs, timeoutAtMs, bars, notBeforeMs };
}

export function toFailureHistory(row: EntryRow): FailureHistory {
  return { ...NO_FAILURES, ...row.failures };
}

/** What is stored of a stage state, with the columns that admission and the next look read. */
export function toStoredState(id: number, state: StageState, nowMs: number) {
  return {
    id,
    stage: state.stage,
    stageEndsAtMs: state.stageEndsAtMs,
    timeoutAtMs: state.timeoutAtMs,
    bars: state.bars,
    notBeforeMs: state.notBeforeMs,
    openTo: openTo(state, nowMs),
    recheckAtMs: recheckAtMs(state, nowMs),
  };
}
export type StoredState = ReturnType<typeof toStoredState>;

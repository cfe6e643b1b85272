import type { ApiOutputs } from "../../_api/outputs.ts";
import type { ItemReport } from "../../_ui/item-report.tsx";

type Results = ApiOutputs["queue"]["cancel"]["results"];

/** What came of each item of a bulk action, under the name it has on the screen. */
export function toReports(results: Results, labelOf: (id: number) => string, done: string): ItemReport[] {
  return results.map(({ id, ok, message }) => ({
    key: id,
    label: labelOf(id),
    ok,
    text: message ?? (ok ? done : "It could not be done"),
  }));
}

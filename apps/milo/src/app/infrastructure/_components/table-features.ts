import { type ReactTable, rowSelectionFeature, rowSortingFeature, tableFeatures } from "@tanstack/react-table";
import type { CellLook } from "../../_ui/cell-look.ts";

/** What the tables of this page can do; rows are sorted, filtered and paged by the server. */
export const FEATURES = tableFeatures({ rowSortingFeature, rowSelectionFeature });
export type Features = typeof FEATURES;

export type PageTable<Row extends object> = ReactTable<Features, Row>;

/** How a column looks, by its id. */
export type ColumnLooks = Readonly<Record<string, CellLook & { isRowHead?: boolean; className?: string }>>;

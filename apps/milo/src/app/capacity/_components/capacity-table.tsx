"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { isAtLimit, type UsageHistory } from "../../_components/usage/moments.ts";
import { formatNumber } from "../../_format/count.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { Cell } from "../../_ui/cell.tsx";
import { formatValue } from "../../_ui/chart-table.tsx";
import { HeadCell } from "../../_ui/head-cell.tsx";
import { HeadRow, Row, Table, TableBody } from "../../_ui/table.tsx";

type Point = UsageHistory["points"][number];
type Props = { points: readonly Point[]; platforms: readonly DeploymentPlatform[] };

/** The numbers of the charts, newest first; where a limit is reached it says so. */
export function CapacityTable({ points, platforms }: Props) {
  return (
    <div className="-mx-4 -mb-4 border-t">
      <Table label="Use against limits" minWidth="sm" height="box">
        <HeadRow>
          <HeadCell>Time</HeadCell>
          {platforms.map((platform) => (
            <HeadCell key={platform} align="end">
              {PLATFORM_LABELS[platform]}
            </HeadCell>
          ))}
          <HeadCell align="end">Waiting</HeadCell>
        </HeadRow>
        <TableBody>
          {points.toReversed().map((point, index) => (
            <Row key={point.atMs}>
              <Cell isRowHead>{index === 0 ? "Now" : formatTimeOfDay(point.atMs)}</Cell>
              {platforms.map((platform) => (
                <Cell key={platform} align="end">
                  <Use use={point.platforms.find((one) => one.platform === platform)} />
                </Cell>
              ))}
              <Cell align="end">{formatValue(point.waiting)}</Cell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Use({ use }: { use: Point["platforms"][number] | undefined }) {
  if (use === undefined || use.used === null || use.limit === null) return "–";
  return (
    <>
      {isAtLimit(use.used, use.limit) && <span className="mr-1 font-medium text-wait text-xs">At its limit</span>}{" "}
      {formatNumber(use.used)} of {formatNumber(use.limit)}
    </>
  );
}

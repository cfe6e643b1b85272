import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { type Capacity, describeCapacity, describeRoom } from "../../_format/capacity.ts";
import { classNames } from "../class-names.ts";

type Props = Capacity & {
  platform: DeploymentPlatform;
  /** Without the words beside it, where they stand elsewhere. */
  isBare?: boolean;
};

const FILLS: Readonly<Record<DeploymentPlatform, string>> = { k8s: "bg-k8s", aws: "bg-aws", coolify: "bg-coolify" };

/** Up to so many slots each has a cell of its own that can be counted; beyond, cells would be hairs. */
const MOST_CELLS = 60;

/** Slots in use against the limit: a cell a slot, and in words what is left. */
export function CapacityBar({ platform, used, limit, mode = "enabled", isBare = false }: Props) {
  const cells = Math.max(used, limit, 1);
  const percent = (slots: number) => `${(100 * slots) / cells}%`;
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> can neither show cells nor what is over its maximum. */}
      <div
        role="meter"
        aria-label={`Slots of ${PLATFORM_LABELS[platform]}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(limit, used)}
        aria-valuenow={used}
        aria-valuetext={describeCapacity({ used, limit, mode })}
        style={cells <= MOST_CELLS ? { mask: cellMask(cells) } : undefined}
        className={classNames(
          "flex h-2.5 w-full min-w-24 max-w-80 overflow-hidden rounded-sm bg-line",
          mode !== "enabled" && "opacity-60",
        )}
      >
        <span className={FILLS[platform]} style={{ width: percent(Math.min(used, limit)) }} />
        <span className="bg-mark-bad" style={{ width: percent(Math.max(0, used - limit)) }} />
      </div>
      {!isBare && <CapacityWords used={used} limit={limit} mode={mode} />}
    </div>
  );
}

function CapacityWords(capacity: Capacity) {
  const { used, limit, mode } = capacity;
  const tone = used > limit ? "text-bad" : used === limit || mode !== "enabled" ? "text-wait" : "text-quiet";
  return <span className={`shrink-0 font-medium text-xs tabular-nums ${tone}`}>{describeRoom(capacity)}</span>;
}

/** Cuts the bar into cells by a gap after each. */
function cellMask(cells: number): string {
  const cell = `calc((100% + 2px) / ${cells})`;
  return `repeating-linear-gradient(90deg, #000 0 calc(${cell} - 2px), transparent calc(${cell} - 2px) ${cell})`;
}

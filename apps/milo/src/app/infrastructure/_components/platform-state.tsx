import { CircleAlert, Info } from "lucide-react";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { TEXT_TONE } from "../../_ui/tone.ts";
import type { StateLine } from "../_view/platform-state.ts";
import { Countdown } from "./countdown.tsx";

/** Why a platform does not take bots as usual, since when, and when that changes by itself. */
export function PlatformState({ lines }: { lines: readonly StateLine[] }) {
  return (
    <ul className="basis-full space-y-0.5 text-sm">
      {lines.map(({ key, tone, text, since, until }) => {
        const Icon = tone === "info" ? Info : CircleAlert;
        return (
          <li key={key} className="flex items-start gap-1.5">
            <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${TEXT_TONE[tone]}`} />
            <span className="min-w-0 break-words">
              <span title={text} className="line-clamp-2">
                {text}
              </span>
              <When since={since} until={until} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function When({ since, until }: Pick<StateLine, "since" | "until">) {
  if (since === null && until === null) return null;
  return (
    <span className="block text-quiet text-xs">
      {since !== null && (
        <>
          Since <TimeAgo at={since} />
        </>
      )}
      {since !== null && until !== null && "; "}
      {until !== null && <Countdown what={until.what} at={until.at} />}
    </span>
  );
}

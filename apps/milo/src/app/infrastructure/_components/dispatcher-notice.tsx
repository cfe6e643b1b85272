"use client";

import { useNoDispatcher } from "../../_components/use-no-dispatcher.ts";
import { Notice } from "../../_ui/notice.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";

/** Says that nobody acts on what the page shows. Always there, so that its coming is read out. */
export function DispatcherNotice() {
  const item = useNoDispatcher();
  return (
    <div role="alert">
      {item !== null && (
        <div className="mb-4">
          <Notice tone="bad" title="No dispatcher is running">
            Bots wait: nothing is launched, watched or stopped, and platforms are not checked. Bots in their calls go
            on. Start one; the log of the last one says why it ended.{" "}
            {item.sinceMs !== null && (
              <span className="whitespace-nowrap">
                Last heard <TimeAgo at={item.sinceMs} />.
              </span>
            )}
          </Notice>
        </div>
      )}
    </div>
  );
}

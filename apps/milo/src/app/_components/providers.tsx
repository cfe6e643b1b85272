"use client";

import { type ReactNode, useState } from "react";
import { ApiProvider } from "../_api/api-provider.tsx";
import { LiveProvider } from "../_live/live-provider.tsx";
import { learnFromNavigation } from "../_live/server-clock.ts";
import { NowProvider } from "../_ui/now-provider.tsx";
import { Toaster } from "../_ui/toaster.tsx";

/** What every page of the console stands on. `nowMs`: when the server renders it. */
export function Providers({ nowMs, children }: { nowMs: number; children: ReactNode }) {
  // Before anything below looks at the clock.
  useState(() => learnFromNavigation(nowMs));
  return (
    <NowProvider nowMs={nowMs}>
      <ApiProvider>
        <LiveProvider>{children}</LiveProvider>
      </ApiProvider>
      <Toaster />
    </NowProvider>
  );
}

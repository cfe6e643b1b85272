"use client";

import type { ReactNode } from "react";
import { ApiProvider } from "../_api/api-provider.tsx";
import { LiveProvider } from "../_live/live-provider.tsx";
import { NowProvider } from "../_ui/now-provider.tsx";
import { Toaster } from "../_ui/toaster.tsx";

/** What every page of the console stands on. `nowMs`: when the server renders it. */
export function Providers({ nowMs, children }: { nowMs: number; children: ReactNode }) {
  return (
    <NowProvider nowMs={nowMs}>
      <ApiProvider>
        <LiveProvider>{children}</LiveProvider>
      </ApiProvider>
      <Toaster />
    </NowProvider>
  );
}

"use client";

import type { ReactNode } from "react";
import { ApiProvider } from "../_api/api-provider.tsx";
import { LiveProvider } from "../_live/live-provider.tsx";
import { Toaster } from "../_ui/toaster.tsx";

/** What every page of the console stands on. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <ApiProvider>
      <LiveProvider>{children}</LiveProvider>
      <Toaster />
    </ApiProvider>
  );
}

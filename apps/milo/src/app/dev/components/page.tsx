import type { Metadata } from "next";
import { onlyInDevelopment } from "../../_server/only-in-development.ts";
import { NowProvider } from "../../_ui/now-provider.tsx";
import { Toaster } from "../../_ui/toaster.tsx";
import { ActionSamples } from "./_components/action-samples.tsx";
import { ChartSamples } from "./_components/chart-samples.tsx";
import { DomainSamples } from "./_components/domain-samples.tsx";
import { FormSamples } from "./_components/form-samples.tsx";
import { LayoutSamples } from "./_components/layout-samples.tsx";
import { StateSamples } from "./_components/state-samples.tsx";
import { TableSamples } from "./_components/table-samples.tsx";
import { TokenSamples } from "./_components/token-samples.tsx";

export const metadata: Metadata = { title: "Components" };
export const dynamic = "force-dynamic";

/** Every component in every state, light and dark. */
export default function ComponentsPage() {
  onlyInDevelopment();
  const nowMs = Date.now();
  return (
    <NowProvider nowMs={nowMs}>
      <h1 className="mb-4 font-semibold text-2xl">Components</h1>
      {(["light", "dark"] as const).map((theme) => (
        <div key={theme} data-theme={theme} className="-mx-4 mb-6 space-y-6 rounded-lg p-4">
          <h2 className="font-semibold text-xl">{theme === "light" ? "Light" : "Dark"}</h2>
          <TokenSamples />
          <ActionSamples />
          <FormSamples />
          <DomainSamples />
          <LayoutSamples theme={theme} nowMs={nowMs} />
          <TableSamples nowMs={nowMs} />
          <ChartSamples nowMs={nowMs} />
          <StateSamples nowMs={nowMs} />
        </div>
      ))}
      <Toaster />
    </NowProvider>
  );
}

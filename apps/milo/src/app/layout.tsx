import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { AppHeader } from "./_components/app-header.tsx";
import { FocusHeading } from "./_components/focus-heading.tsx";
import { Providers } from "./_components/providers.tsx";
import { THEME_SCRIPT } from "./_components/theme.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "milo", template: "%s · milo" },
  description: "Meeting bots on Kubernetes, AWS ECS and Coolify",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script below sets data-theme before React looks.
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body className="min-h-dvh font-sans antialiased">
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, without anything from outside. */}
        <script dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:bg-card focus:p-2"
        >
          Skip to content
        </a>
        <Providers nowMs={Date.now()}>
          <AppHeader />
          <FocusHeading />
          <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 outline-none">
            {children}
          </main>
        </Providers>
      </body>
    </html>
  );
}

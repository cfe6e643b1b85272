"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import { Button } from "./_ui/button.tsx";
import { buttonLook } from "./_ui/button-look.ts";
import { PageState } from "./_ui/page-state.tsx";
import "./globals.css";

/** Stands where not even the header could be shown: without anything that may have failed with it. */
export default function GlobalErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body className="min-h-dvh font-sans antialiased">
        <title>milo</title>
        <main>
          <PageState
            icon={CircleAlert}
            tone="bad"
            title="The console could not be shown"
            detail={error.digest === undefined ? undefined : `Error ${error.digest}`}
            actions={
              <>
                <Button icon={<RotateCw aria-hidden />} onClick={() => window.location.reload()}>
                  Try again
                </Button>
                <a href="/" className={buttonLook({})}>
                  To the dashboard
                </a>
              </>
            }
          >
            Bots and platforms are not affected. If it comes again, the log of milo’s web process says why.
          </PageState>
        </main>
      </body>
    </html>
  );
}

"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { HomeLink } from "./_components/home-link.tsx";
import { Button } from "./_ui/button.tsx";
import { PageState } from "./_ui/page-state.tsx";

type Props = { error: Error & { digest?: string }; reset(): void };

/** Stands where a page failed; the header stays. */
export default function ErrorPage({ error, reset }: Props) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      // Both: what failed may be the server's part of the page or the browser's.
      router.refresh();
      reset();
    });
  return (
    <PageState
      icon={CircleAlert}
      tone="bad"
      title="This page could not be shown"
      detail={error.digest === undefined ? undefined : `Error ${error.digest}`}
      actions={
        <>
          <Button icon={<RotateCw aria-hidden />} onClick={retry}>
            Try again
          </Button>
          <HomeLink />
        </>
      }
    >
      An error in the console stopped it; bots and platforms are not affected. If it comes again, the log of milo’s web
      process says why.
    </PageState>
  );
}

"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

type Props = {
  /** What happened. */
  title: string;
  /** What it means and what to do. */
  children: ReactNode;
  /** The error's own words, for who mends it. */
  detail?: string;
  onRetry?(): void;
  isRetrying?: boolean;
};

/** Stands where something could not be shown. */
export function ErrorState({ title, children, detail, onRetry, isRetrying = false }: Props) {
  return (
    <div role="alert" className="flex flex-col items-center px-4 py-8 text-center">
      <CircleAlert aria-hidden className="size-5 text-bad" strokeWidth={1.5} />
      <p className="mt-2 font-medium text-sm">{title}</p>
      <div className="mt-0.5 max-w-prose text-balance text-quiet text-sm">{children}</div>
      {detail && <p className="mt-2 max-w-full break-words font-mono text-quiet text-xs">{detail}</p>}
      {onRetry && (
        <Button className="mt-3" size="sm" icon={<RotateCw aria-hidden />} onClick={onRetry} isBusy={isRetrying}>
          Try again
        </Button>
      )}
    </div>
  );
}

"use client";

import { X } from "lucide-react";
import * as Primitive from "radix-ui/dialog";
import { type ReactElement, type ReactNode, useRef } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { VEIL } from "./overlay-look.ts";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  /** What opens it. The focus comes back to it, or without it to what had the focus before. */
  trigger?: ReactElement;
  /** Its buttons, the one that goes on last. */
  footer?: ReactNode;
  width?: "md" | "lg";
  children?: ReactNode;
};

/** Asks or shows something before all else. Escape and the veil close it; on a narrow screen it comes from below. */
export function Dialog({ open, onOpenChange, title, description, trigger, footer, width = "md", children }: Props) {
  const opener = useRef<Element | null>(null);
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>}
      <Primitive.Portal>
        <Primitive.Overlay className={VEIL} />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement;
            const first = findFirstField(event.currentTarget);
            if (first === undefined) return;
            event.preventDefault();
            first.focus();
          }}
          onCloseAutoFocus={(event) => {
            if (trigger || !(opener.current instanceof HTMLElement)) return;
            event.preventDefault();
            opener.current.focus();
          }}
          className={classNames(
            "fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] animate-rise flex-col border bg-raised shadow-raised",
            "rounded-t-lg sm:inset-x-auto sm:top-[12dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[76dvh] sm:rounded-lg",
            "sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2",
            width === "lg" ? "sm:max-w-2xl" : "sm:max-w-md",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="mr-auto space-y-1">
              <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="text-quiet text-sm">{description}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <Button variant="ghost" size="sm" icon={<X aria-hidden />} isSquare aria-label="Close" />
            </Primitive.Close>
          </header>
          {children && <div className="min-h-0 overflow-y-auto px-5 py-1">{children}</div>}
          {footer && (
            <footer className="mt-3 flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">{footer}</footer>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** What is asked comes before the button that closes, though that stands above it. */
function findFirstField(dialog: EventTarget | null): HTMLElement | undefined {
  if (!(dialog instanceof HTMLElement)) return undefined;
  const fields = dialog.querySelectorAll<HTMLElement>("input, textarea, select, button, a[href]");
  return [...fields].find((field) => field.tabIndex >= 0 && field.closest("header") === null);
}

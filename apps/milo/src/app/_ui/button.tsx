"use client";

import { type ComponentProps, type MouseEvent, type ReactNode, useId } from "react";
import { type ButtonSize, type ButtonVariant, buttonLook } from "./button-look.ts";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";
import { Tooltip } from "./tooltip.tsx";

export type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Under way: it shows so, and takes no second click. */
  isBusy?: boolean;
  /** Why it cannot be used now. It keeps its place and the focus, and says this. Null: it can be, but not always. */
  disabledReason?: string | null;
  isSquare?: boolean;
  /** Shown on hover and focus while it can be used; what its name says already. */
  hint?: string;
};

/** A button is never taken away and never silently dead: what cannot be done now says why. */
export function Button(props: ButtonProps) {
  const {
    variant,
    size,
    icon,
    isBusy = false,
    disabledReason,
    isSquare,
    hint = null,
    className,
    children,
    onClick,
    ...rest
  } = props;
  const reasonId = useId();
  const isUnusable = Boolean(disabledReason);
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    // Also keeps a form from being sent by a button that cannot be used now.
    if (isUnusable || isBusy) event.preventDefault();
    else onClick?.(event);
  };
  const button = (
    <button
      type="button"
      {...rest}
      onClick={click}
      aria-disabled={isUnusable || isBusy || undefined}
      aria-busy={isBusy || undefined}
      aria-describedby={isUnusable ? reasonId : rest["aria-describedby"]}
      className={classNames(buttonLook({ variant, size, isSquare, isUnusable }), className)}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
  if (disabledReason === undefined && hint === null) return button;
  // One that can be used only at times stands in the same tree at all times: a new one would not have the focus.
  return (
    <>
      <Tooltip text={isUnusable ? disabledReason : hint}>{button}</Tooltip>
      {isUnusable && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
    </>
  );
}

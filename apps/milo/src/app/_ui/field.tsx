"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

/** What the control must carry so that label, hint and error belong to it. */
export type FieldControl = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

type Props = {
  label: string;
  hint?: ReactNode;
  /** What is wrong and what would be right. */
  error?: string | null;
  isOptional?: boolean;
  children(control: FieldControl): ReactNode;
};

/** A control with its label, a hint, and what is wrong with it: `<Field label="Name">{(c) => <Input {...c} />}</Field>`. */
export function Field({ label, hint, error, isOptional = false, children }: Props) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [error ? errorId : null, hint ? hintId : null].filter((part) => part !== null).join(" ");
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
        {isOptional && <span className="font-normal text-quiet"> (optional)</span>}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined })}
      {error && (
        <p id={errorId} className="flex items-start gap-1.5 text-bad text-xs">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="text-quiet text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

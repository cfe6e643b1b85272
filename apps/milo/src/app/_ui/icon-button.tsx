"use client";

import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";

type Props = Omit<ButtonProps, "children" | "icon" | "isSquare" | "hint"> & { label: string; icon: ReactNode };

/** A button of one icon; its name is spoken, and shown on hover and focus. */
export function IconButton({ label, icon, variant = "ghost", ...rest }: Props) {
  return <Button {...rest} variant={variant} icon={icon} isSquare hint={label} aria-label={label} />;
}

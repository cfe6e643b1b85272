"use client";

import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { Tooltip } from "./tooltip.tsx";

type Props = Omit<ButtonProps, "children" | "icon" | "isSquare"> & { label: string; icon: ReactNode };

/** A button of one icon; its name is spoken, and shown on hover and focus. */
export function IconButton({ label, icon, variant = "ghost", ...rest }: Props) {
  const button = <Button {...rest} variant={variant} icon={icon} isSquare aria-label={label} />;
  return rest.disabledReason ? button : <Tooltip text={label}>{button}</Tooltip>;
}

"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { showToast } from "./toast-store.ts";

type Props = {
  text: string;
  /** What is copied: `Copy launch key`. */
  label: string;
  /** With its label in sight instead of the icon alone. */
  isLabelled?: boolean;
};

const SHOWN_MS = 2_000;

/** Puts a text into the clipboard and says that it did. */
export function CopyButton({ text, label, isLabelled = false }: Props) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    copyText(text).then(
      () => setCopied(true),
      () =>
        showToast({ tone: "bad", title: "Could not copy", text: "The browser refuses it: select the text instead." }),
    );
  const icon = isCopied ? <Check aria-hidden className="text-good" /> : <Copy aria-hidden />;
  return (
    <>
      {isLabelled ? (
        <Button size="sm" icon={icon} onClick={copy}>
          {label}
        </Button>
      ) : (
        <IconButton size="sm" label={label} icon={icon} onClick={copy} />
      )}
      <span role="status" className="sr-only">
        {isCopied ? "Copied" : ""}
      </span>
    </>
  );
}

/** Rejects where the page is not served securely: there is no clipboard then. */
async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

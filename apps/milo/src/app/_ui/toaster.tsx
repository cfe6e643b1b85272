"use client";

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import * as Primitive from "radix-ui/toast";
import { useSyncExternalStore } from "react";
import { Button } from "./button.tsx";
import { type Toast, tabToasts } from "./toast-store.ts";
import { TEXT_TONE } from "./tone.ts";

const ICONS = { good: CircleCheck, bad: CircleAlert, info: Info } as const;
const NONE: readonly Toast[] = [];

/** How long good news stays, milliseconds; bad news stays until it is closed. */
const SHOWN_MS = 6_000;

/** The place of the toasts: once, in the layout. F8 moves the focus to it. */
export function Toaster() {
  const toasts = useSyncExternalStore(tabToasts.subscribe, tabToasts.read, () => NONE);
  return (
    <Primitive.Provider label="Notification" swipeDirection="right">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
      <Primitive.Viewport className="fixed right-0 bottom-0 z-50 flex w-96 max-w-[100vw] flex-col gap-2 p-4 outline-none" />
    </Primitive.Provider>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const Icon = ICONS[toast.tone];
  const { action } = toast;
  return (
    <Primitive.Root
      type={toast.tone === "bad" ? "foreground" : "background"}
      duration={toast.tone === "bad" ? Number.POSITIVE_INFINITY : SHOWN_MS}
      onOpenChange={(open) => open || tabToasts.remove(toast.id)}
      className="flex animate-rise items-start gap-2.5 rounded-lg border bg-raised py-2.5 pr-2 pl-3 shadow-raised"
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${TEXT_TONE[toast.tone]}`} />
      <div className="min-w-0 flex-1 text-sm">
        <Primitive.Title className="font-medium">{toast.title}</Primitive.Title>
        {toast.text && <Primitive.Description className="text-quiet">{toast.text}</Primitive.Description>}
        {action && (
          <Primitive.Action altText={action.altText} asChild>
            <Button size="sm" className="mt-2" onClick={action.onClick}>
              {action.label}
            </Button>
          </Primitive.Action>
        )}
      </div>
      <Primitive.Close asChild>
        <Button variant="ghost" size="sm" icon={<X aria-hidden />} isSquare aria-label="Close" />
      </Primitive.Close>
    </Primitive.Root>
  );
}

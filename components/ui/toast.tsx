"use client";

import { X } from "lucide-react";
import * as Radix from "radix-ui/toast";
import { useSyncExternalStore } from "react";
import { t } from "@/messages/t";
import { TONE_TEXT } from "./badge";
import { buttonClass } from "./button";
import { cn } from "./class-names";
import { currentToasts, dismissToast, NO_TOASTS, subscribeToasts } from "./toast-store";

const SHOW_MS = 6_000;

/** Rendered only in the browser: Radix writes a style attribute into server markup, which the content policy blocks. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToasts, currentToasts, () => NO_TOASTS);
  if (toasts.length === 0) return null;
  return (
    <Radix.Provider label={t("shell.notifications")} duration={SHOW_MS} swipeDirection="right">
      {toasts.map((toast) => (
        <Radix.Root
          key={toast.id}
          onOpenChange={(open) => {
            if (!open) dismissToast(toast.id);
          }}
          className="flex items-start gap-3 rounded-lg border border-line bg-raised p-3 shadow-float"
        >
          <div className="min-w-0 flex-1">
            <Radix.Title className={cn("font-semibold text-[0.8125rem]", TONE_TEXT[toast.tone])}>{toast.title}</Radix.Title>
            {toast.detail === undefined ? null : (
              <Radix.Description className="mt-0.5 break-words text-muted text-xs">{toast.detail}</Radix.Description>
            )}
          </div>
          <Radix.Close aria-label={t("common.close")} className={buttonClass({ variant: "ghost", size: "iconSm" })}>
            <X aria-hidden />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-4 bottom-20 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 md:bottom-4" />
    </Radix.Provider>
  );
}

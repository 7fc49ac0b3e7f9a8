"use client";

import { X } from "lucide-react";
import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";
import { t } from "@/messages/t";
import { buttonClass } from "./button";
import { cn } from "./class-names";
import { usePortalTarget } from "./portal-target";
import { useEver } from "./use-ever";
import { useReturnFocus } from "./use-return-focus";

const SIDE = {
  right: "inset-y-0 right-0 w-full max-w-md border-l data-[state=open]:slide-in-from-right-8",
  left: "inset-y-0 left-0 w-[min(20rem,88vw)] border-r data-[state=open]:slide-in-from-left-8",
  bottom: "inset-x-0 bottom-0 max-h-[88dvh] rounded-t-xl border-t data-[state=open]:slide-in-from-bottom-8",
} as const;

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  side?: keyof typeof SIDE;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
};

/** A modal panel that slides in from one side. */
export function Sheet({ open, onOpenChange, title, description, side = "right", children, footer, className }: SheetProps) {
  const container = usePortalTarget();
  const focus = useReturnFocus();
  const everOpen = useEver(open);
  const describing = description === undefined ? { "aria-describedby": undefined } : {};
  if (!everOpen) return null;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal container={container}>
        <Radix.Overlay className="data-[state=open]:fade-in-0 fixed inset-0 z-40 bg-overlay data-[state=open]:animate-in" />
        <Radix.Content
          {...focus}
          {...describing}
          className={cn(
            "fixed z-50 flex flex-col border-line bg-raised shadow-float data-[state=open]:animate-in",
            SIDE[side],
            className,
          )}
        >
          <div className="flex items-start justify-between gap-4 border-line border-b px-5 py-4">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-1 text-[0.8125rem] text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close aria-label={t("common.close")} className={buttonClass({ variant: "ghost", size: "iconSm" })}>
              <X aria-hidden />
            </Radix.Close>
          </div>
          <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer === undefined ? null : (
            <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

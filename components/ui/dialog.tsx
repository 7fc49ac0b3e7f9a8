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

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  className?: string;
};

/** A modal dialog. It is a full-width sheet at the bottom of a narrow screen. */
export function Dialog({ open, onOpenChange, title, description, children, footer, className }: DialogProps) {
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
            "data-[state=open]:fade-in-0 fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-raised shadow-float data-[state=open]:animate-in sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-3rem)] sm:max-w-lg sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl",
            className,
          )}
        >
          <div className="flex items-start justify-between gap-4 border-line border-b px-5 py-4">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description asChild>
                  <div className="mt-1 text-[0.8125rem] text-muted">{description}</div>
                </Radix.Description>
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

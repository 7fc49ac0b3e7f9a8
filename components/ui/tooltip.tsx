"use client";

import * as Radix from "radix-ui/tooltip";
import type { ReactNode } from "react";
import { usePortalTarget } from "./portal-target";

export type TooltipProps = { text: ReactNode; side?: "top" | "bottom" | "left" | "right"; children: ReactNode };

/** Extra words for a control that already has a name. Never the only place of a fact: touch screens do not show it. */
export function Tooltip({ text, side = "top", children }: TooltipProps) {
  const container = usePortalTarget();
  return (
    <Radix.Provider delayDuration={350}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-xs rounded-md bg-foreground px-2.5 py-1.5 text-background text-xs shadow-float"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}

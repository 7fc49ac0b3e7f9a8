"use client";

import { useMemo, useRef } from "react";

/** A dialog opened by state has no trigger, so it remembers who had the focus and gives it back when it closes. */
export function useReturnFocus() {
  const origin = useRef<Element | null>(null);
  return useMemo(
    () => ({
      onOpenAutoFocus: () => {
        origin.current = document.activeElement;
      },
      onCloseAutoFocus: (event: Event) => {
        const element = origin.current;
        if (element instanceof HTMLElement && element.isConnected && element !== document.body) {
          event.preventDefault();
          element.focus({ preventScroll: true });
        }
      },
    }),
    [],
  );
}

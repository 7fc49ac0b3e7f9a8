"use client";

import { useCallback, useEffect, useState } from "react";
import { readStored, removeStored, writeStored } from "./session-store";

/** Forgets a half-filled form, once it has been sent. */
export function clearDraft(key: string): void {
  removeStored(`draft.${key}`);
}

/**
 * Form state that survives a sign-in redirect and a reload in the same tab. `isT` checks what comes back from storage. Not
 * for secrets.
 */
export function useDraft<T>(key: string, initial: T, isT: (value: unknown) => value is T) {
  const [value, setValue] = useState(initial);

  // Read after the first paint: the server cannot know it, and both must render the same.
  useEffect(() => {
    const stored = readStored(`draft.${key}`, isT);
    if (stored !== null) setValue(stored);
  }, [key, isT]);

  const change = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(`draft.${key}`, next);
    },
    [key],
  );
  const clear = useCallback(() => clearDraft(key), [key]);
  return [value, change, clear] as const;
}

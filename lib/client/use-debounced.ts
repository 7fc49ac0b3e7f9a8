"use client";

import { useEffect, useState } from "react";

const QUIET_MS = 250;

/** The value once it has been left alone for a moment, so that a search asks for words and not for letters. */
export function useDebounced<Value>(value: Value, quietMs = QUIET_MS): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return settled;
}

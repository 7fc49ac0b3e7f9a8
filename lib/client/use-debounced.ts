"use client";

import { useEffect, useState } from "react";

const QUIET_MS = 250;

/** The value once it has been left alone for a moment, so that a search asks for words and not for letters. */
export function useDebounced<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

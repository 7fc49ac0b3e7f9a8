"use client";

import { useState } from "react";

/** True from the first time that it holds. What most visits never open need not be drawn before. */
export function useEver(holds: boolean): boolean {
  const [ever, setEver] = useState(holds);
  if (holds && !ever) setEver(true);
  return ever;
}

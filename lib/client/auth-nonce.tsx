"use client";

import { setNonce } from "get-nonce";

/** Gives the page's nonce to libraries that add style elements at run time (scroll lock of Radix). */
export function StyleNonce({ nonce }: { nonce: string }) {
  if (typeof document !== "undefined") setNonce(nonce);
  return null;
}

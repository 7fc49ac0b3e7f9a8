import type { ReactNode } from "react";

/** Margins and greatest width of the pages about one machine. */
export function PageFrame({ children }: { children: ReactNode }) {
  return <div className="mx-auto grid grid-cols-1 w-full min-w-0 max-w-[96rem] gap-4 px-4 py-4 md:px-5">{children}</div>;
}

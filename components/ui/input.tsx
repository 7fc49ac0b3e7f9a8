import type { ComponentProps } from "react";
import { cn } from "./class-names";

export const fieldClass =
  "h-8 w-full min-w-0 rounded-md border border-line-strong/60 bg-surface px-2.5 text-[0.8125rem] text-foreground shadow-card placeholder:text-muted disabled:cursor-not-allowed disabled:opacity-55 aria-invalid:border-bad";

export function Input({ className, type = "text", ...rest }: ComponentProps<"input">) {
  return <input type={type} className={cn(fieldClass, className)} {...rest} />;
}

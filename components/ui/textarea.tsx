import type { ComponentProps } from "react";
import { cn } from "./class-names";
import { fieldClass } from "./input";

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(fieldClass, "h-auto min-h-20 py-2", className)} {...rest} />;
}

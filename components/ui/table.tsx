import type { ComponentProps } from "react";
import { cn } from "./class-names";

export type TableProps = ComponentProps<"table"> & { caption: string; showCaption?: boolean };

const SCROLLS = "scroll-thin relative w-full overflow-x-auto print:overflow-visible";

/** A plain table in a frame that scrolls sideways by itself and can be reached with the keyboard. */
export function Table({ className, caption, showCaption = false, children, ...rest }: TableProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, a section would be one more landmark.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1).
    <div role="group" aria-label={caption} tabIndex={0} className={SCROLLS}>
      <table className={cn("w-full border-collapse text-left text-[0.8125rem]", className)} {...rest}>
        <caption className={showCaption ? "px-4 py-2 text-left text-muted text-xs" : "sr-only"}>{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export function Th({ className, scope = "col", ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope={scope}
      className={cn(
        "h-9 whitespace-nowrap border-line border-b bg-sunken/60 px-3 font-medium text-muted text-xs first:pl-4 last:pr-4",
        className,
      )}
      {...rest}
    />
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return <td className={cn("border-line border-b px-3 py-2 align-middle first:pl-4 last:pr-4", className)} {...rest} />;
}

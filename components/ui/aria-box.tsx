import type { ComponentProps } from "react";

export type AriaBoxProps = ComponentProps<"div"> & {
  role: "grid" | "rowgroup" | "row" | "columnheader" | "rowheader" | "gridcell";
};

/** A part of a virtual grid. The elements of a table cannot be placed by a virtual list, so the roles are given by hand. */
export function AriaBox({ role, ...rest }: AriaBoxProps) {
  return <div role={role} {...rest} />;
}

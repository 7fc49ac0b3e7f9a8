import type { ReactNode } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import type { OperatorRight } from "@/lib/domain/access/api";
import { t } from "@/messages/t";

/** Why the operator may not do it, with the smallest role that would let them; null when they may or Azure could not say. */
export function rightRefusal(right: OperatorRight): string | null {
  if (right.allowed !== false) return null;
  return right.smallestRole === null
    ? t("access.page.needsNoRole", { action: right.action })
    : t("access.page.needs", { action: right.action, role: right.smallestRole.name });
}

export type RightButtonProps = Omit<ButtonProps, "disabled"> & { right: OperatorRight; children: ReactNode };

/** A button that is off, and says why, while the operator lacks the right. It stays focusable so that the reason is found. */
export function RightButton({ right, onClick, title, ...rest }: RightButtonProps) {
  const refusal = rightRefusal(right);
  if (refusal === null) return <Button onClick={onClick} title={title} {...rest} />;
  return <Button aria-disabled title={refusal} aria-description={refusal} {...rest} />;
}

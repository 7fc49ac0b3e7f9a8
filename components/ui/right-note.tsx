import type { VariantProps } from "class-variance-authority";
import type { ReactNode } from "react";
import type { OperatorRight } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { Button, type ButtonProps, buttonClass } from "./button";
import { cn } from "./class-names";
import { Link } from "./link";

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

export type RightLinkProps = VariantProps<typeof buttonClass> & {
  right: OperatorRight;
  href: string;
  "aria-label"?: string | undefined;
  className?: string;
  children: ReactNode;
};

/** A link to a change that looks like a button, and is off like one, with the reason, while the operator lacks the right. */
export function RightLink({ right, href, variant, size, className, children, ...rest }: RightLinkProps) {
  const refusal = rightRefusal(right);
  if (refusal === null) {
    return (
      <Link href={href} className={cn(buttonClass({ variant, size }), className)} {...rest}>
        {children}
      </Link>
    );
  }
  return (
    <Button
      aria-disabled
      variant={variant}
      size={size}
      className={className}
      title={refusal}
      aria-description={refusal}
      {...rest}
    >
      {children}
    </Button>
  );
}

/** The reason in plain sight, where a control alone would leave it to be found. Nothing while the right is held or open. */
export function RightReason({ right }: { right: OperatorRight }) {
  const refusal = rightRefusal(right);
  return refusal === null ? null : <p className="text-muted text-xs">{refusal}</p>;
}

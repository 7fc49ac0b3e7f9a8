import type { ComponentProps, ReactNode } from "react";
import { cn } from "./class-names";

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-lg border border-line bg-surface shadow-card", className)} {...rest} />;
}

export type CardHeaderProps = { title: string; id?: string; description?: ReactNode; actions?: ReactNode; level?: 2 | 3 };

export function CardHeader({ title, id, description, actions, level = 2 }: CardHeaderProps) {
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-3">
      <div className="min-w-0">
        <Heading id={id} className="font-semibold text-sm">
          {title}
        </Heading>
        {description === undefined ? null : <p className="mt-0.5 text-muted text-xs">{description}</p>}
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("px-4 py-3", className)} {...rest} />;
}

import { Boxes, Building2, ChevronRight, Globe, KeyRound, Layers, type LucideIcon, Server, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";
import type { AccessPath, PrincipalInput, ScopeKind, ScopeRef } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { PathBadges } from "./path-badges";
import { PRINCIPAL_ICON, principalName } from "./principal-chip";

export const SCOPE_ICON: Record<ScopeKind, LucideIcon> = {
  root: Globe,
  managementGroup: Building2,
  subscription: Layers,
  resourceGroup: Boxes,
  machine: Server,
  other: KeyRound,
};

type Step = { key: string; icon: LucideIcon; before: string; name: string; sub?: string; strong?: boolean };

/** "Resource group rg-erp". */
export function scopeWords(scope: ScopeRef): string {
  const kind = t(`access.scope.${scope.kind}`);
  return scope.kind === "root" ? kind : `${kind} ${scope.name}`;
}

/** The steps of a path in the order in which the right travels: principal, groups, scope, role, machine. */
export function pathSteps(principal: PrincipalInput, path: AccessPath, machineName: string): Step[] {
  const groups = path.groups.map((group, index): Step => {
    const jump = !path.groupsExact && index === path.groups.length - 1;
    const before = t(jump ? "access.path.step.groupIndirect" : "access.path.step.group");
    return { key: `group:${group.id}`, icon: UsersRound, before, name: principalName(group) };
  });
  return [
    {
      key: "principal",
      icon: PRINCIPAL_ICON[principal.kind],
      before: t(`access.principal.${principal.kind}`),
      name: principalName(principal),
      strong: true,
    },
    ...groups,
    {
      key: "scope",
      icon: SCOPE_ICON[path.scope.kind],
      before: `${t("access.path.step.scope")} ${t(`access.scope.${path.scope.kind}`).toLowerCase()}`,
      name: path.scope.kind === "root" ? "/" : path.scope.name,
    },
    { key: "role", icon: KeyRound, before: t("access.path.step.role"), name: path.roleName },
    { key: "machine", icon: Server, before: t("access.path.step.machine"), name: machineName, strong: true },
  ];
}

function PathStep({ step, last }: { step: Step; last: boolean }) {
  const Icon = step.icon;
  return (
    <li className="flex min-w-0 max-w-full items-center gap-1.5">
      <span
        className={cn(
          "flex min-w-0 items-center gap-2 rounded-md border bg-surface px-2 py-1",
          step.strong === true ? "border-line-strong" : "border-line",
        )}
      >
        <Icon aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 leading-4">
          <span className="block text-2xs text-muted">{step.before}</span>
          <span className="block break-words font-medium text-xs">{step.name}</span>
        </span>
      </span>
      {last ? null : <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />}
    </li>
  );
}

export type AccessPathProps = {
  principal: PrincipalInput;
  path: AccessPath;
  machineName: string;
  actions?: ReactNode;
  /** Names the action that matched; off where a path stands for several capabilities. */
  match?: boolean;
};

/** One way from a principal to a machine: an ordered list for everyone, drawn as a chain, with its marks below. */
export function AccessPathView({ principal, path, machineName, actions, match = true }: AccessPathProps) {
  const steps = pathSteps(principal, path, machineName);
  const words = steps.map((step) => `${step.before} ${step.name}`).join(", ");
  return (
    <div className="grid grid-cols-1 min-w-0 gap-2">
      <ol aria-label={t("access.path.label", { words })} className="flex flex-wrap items-center gap-x-1.5 gap-y-2">
        {steps.map((step, index) => (
          <PathStep key={step.key} step={step} last={index === steps.length - 1} />
        ))}
      </ol>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <PathBadges path={path} />
        {actions}
      </div>
      <p className="break-words text-muted text-xs">
        {match ? t("access.path.match", { action: path.action, pattern: path.pattern }) : ""}
        {match && path.isDataAction ? ` (${t("access.path.dataAction")})` : ""}
        {path.groupsExact ? "" : ` ${t("access.path.groupsNotExact")}`}
      </p>
      {path.condition.kind === "none" ? null : (
        <details className="text-xs">
          <summary className="font-medium">{t("access.path.conditionText")}</summary>
          {path.condition.kind === "depends" ? (
            <p className="mt-1 text-muted">{t(`access.path.why.${path.condition.why}`)}</p>
          ) : null}
          <code className="mt-1 block whitespace-pre-wrap break-all rounded bg-sunken p-2 font-mono">{path.condition.text}</code>
        </details>
      )}
    </div>
  );
}

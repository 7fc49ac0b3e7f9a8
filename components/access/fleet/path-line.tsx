import type { PathKind, PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { PathKindBadge } from "../path-badges";
import { scopeWords } from "./access-words";

export type PathLineProps = {
  kind: PathKind;
  roleName: string;
  scope: ScopeRef;
  groups: readonly PrincipalInput[];
  conditional: boolean;
};

/** One way to a capability in a line: which role where, through which groups, for how long. */
export function PathLine({ kind, roleName, scope, groups, conditional }: PathLineProps) {
  const via = groups.map((group) => group.displayName).join(" › ");
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
      <PathKindBadge kind={kind} />
      <span className="min-w-0 break-words">
        {t("accessFleet.path.at", { role: roleName, scope: scopeWords(scope) })}
        {via === "" ? null : <span className="text-muted">{`, ${t("accessFleet.path.via", { groups: via })}`}</span>}
        {conditional ? <span className="text-muted">{`, ${t("accessFleet.path.condition")}`}</span> : null}
      </span>
    </span>
  );
}

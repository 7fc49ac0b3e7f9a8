import { Badge } from "@/components/ui/badge";
import type { PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { scopeName } from "./words";

export function whoName(principal: PrincipalInput): string {
  return principal.displayName || principal.detail || principal.id;
}

/** A person, group or application by name, with what it is when that is not a person. */
export function WhoCell({ principal }: { principal: PrincipalInput }) {
  const { kind, detail } = principal;
  return (
    <div className="grid min-w-0 gap-0.5">
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" title={whoName(principal)}>
          {whoName(principal)}
        </span>
        {kind === "user" ? null : (
          <Badge dot={false} tone={kind === "deleted" ? "bad" : "quiet"}>
            {t(`elevationManage.kinds.${kind}`)}
          </Badge>
        )}
      </span>
      {detail === "" ? null : <span className="truncate text-muted text-xs">{detail}</span>}
    </div>
  );
}

/** A scope by name; the whole id is its title. */
export function ScopeCell({ scope }: { scope: ScopeRef }) {
  return (
    <span className="block max-w-64 truncate" title={scope.id}>
      {scopeName(scope)}
    </span>
  );
}

"use client";

import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { RightLink, RightReason } from "@/components/ui/right-note";
import type { ScopeGrant, ScopeNode } from "@/lib/client/access/scope-types";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { useHoldsAnywhere } from "@/lib/client/access/use-holds-anywhere";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { OperatorRight } from "@/lib/domain/access/api";
import { ROLLOUT_CAPABILITIES, rolloutRight } from "@/lib/domain/rollout/rights";
import { t } from "@/messages/t";
import { PathKindBadge } from "../path-badges";
import { useRights } from "../use-rights";
import { scopeWords } from "./access-words";
import { accessHref } from "./matrix-view";
import { CapabilityChips, RemoveGrant } from "./person-grants";
import { PrincipalName } from "./principal-name";

const SHOWN = 100;

function GrantItem({ grant, back, right }: { grant: ScopeGrant; back: string; right: OperatorRight }) {
  return (
    <li className="grid gap-1 border-line border-b py-2.5 last:border-b-0">
      <PrincipalName principal={grant.principal} />
      <span className="flex flex-wrap items-center gap-2 text-xs">
        <span className="font-medium">{grant.roleName}</span>
        <PathKindBadge kind={grant.kind} />
        {grant.condition === null ? null : <span className="text-muted">{t("accessFleet.path.condition")}</span>}
      </span>
      <span className="flex items-center justify-between gap-2">
        <CapabilityChips ids={grant.capabilities} />
        <RemoveGrant grant={grant} who={grant.principal.displayName} back={back} right={right} />
      </span>
    </li>
  );
}

function title(nodes: readonly ScopeNode[], scope: string): string {
  const node = nodes.find(({ id }) => id === scope.toLowerCase());
  return node === undefined ? (scope.split("/").at(-1) ?? scope) : scopeWords(node.ref);
}

/** What was assigned at the chosen scope itself, and the ways on from there. */
export function ScopePanel({ nodes, scope }: { nodes: readonly ScopeNode[]; scope: string | null }) {
  const answer = useAccessAnswer(`grants:${scope}`, async (backend) =>
    scope === null ? [] : backend.call("scopeGrants", scope),
  );
  const holds = useHoldsAnywhere();
  const rightAt = useRights(scope === null ? [] : [scope]);
  if (scope === null) {
    return (
      <Card className="max-lg:hidden">
        <CardBody className="text-muted">{t("accessFleet.scopes.choose")}</CardBody>
      </Card>
    );
  }
  const grants = answer.key === `grants:${scope}` ? answer.value : undefined;
  const machine = accessHref(scope);
  const back = `${pages.access()}?view=scopes&scope=${encodeURIComponent(scope)}`;
  const ref = nodes.find(({ id }) => id === scope.toLowerCase())?.ref.id ?? scope;
  return (
    <Card aria-labelledby="scope-grants" className="flex min-h-0 flex-col">
      <CardHeader id="scope-grants" title={t("accessFleet.scopes.assignmentsAt", { name: title(nodes, scope) })} />
      <CardBody className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <div className="mb-2 flex flex-wrap gap-2">
          {machine === null ? (
            <Link href={`${pages.access()}?scope=${encodeURIComponent(scope)}`} className={buttonClass({ size: "sm" })}>
              {t("accessFleet.scopes.toMatrix")}
            </Link>
          ) : (
            <Link href={machine} className={buttonClass({ size: "sm" })}>
              {t("accessFleet.scopes.toMachine")}
            </Link>
          )}
          <RightLink
            right={rightAt("assignRoles", [scope])}
            href={pages.accessChange(encodePreset({ scopes: [ref], back }))}
            size="sm"
          >
            {t("accessFleet.scopes.assign")}
          </RightLink>
          {machine !== null || scope === "/" ? null : (
            <RightLink right={rolloutRight(holds(ROLLOUT_CAPABILITIES))} href={pages.newRollout(ref)} size="sm">
              {t("rolloutWizard.entry.below")}
            </RightLink>
          )}
        </div>
        <RightReason right={rightAt("assignRoles", [scope])} />
        {grants === undefined ? (
          <p className="text-muted">{t("common.loading")}</p>
        ) : grants.length === 0 ? (
          <p className="text-muted">{t("accessFleet.scopes.noAssignments")}</p>
        ) : (
          <ul>
            {grants.slice(0, SHOWN).map((grant) => (
              <GrantItem
                key={`${grant.id}:${grant.kind.kind}`}
                grant={grant}
                back={back}
                right={rightAt("removeRoles", [scope])}
              />
            ))}
          </ul>
        )}
        {grants !== undefined && grants.length > SHOWN ? (
          <p className="text-muted text-xs">{t("accessFleet.state.atLeastMore", { count: grants.length - SHOWN })}</p>
        ) : null}
      </CardBody>
    </Card>
  );
}

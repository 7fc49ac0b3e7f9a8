"use client";

import { TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { RightLink, RightReason } from "@/components/ui/right-note";
import { Sheet } from "@/components/ui/sheet";
import { PERMISSION_LISTS, patternsOf, type RoleRow } from "@/lib/client/access/roles";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { RoleDrift } from "@/lib/domain/findings/role-drift";
import { t } from "@/messages/t";
import { useRightAnywhere, useRights } from "../use-rights";
import { CapabilityChips } from "./person-grants";

export function DriftNote({ drift }: { drift: RoleDrift | null }) {
  if (drift === null) return null;
  return (
    <div className="flex gap-2 rounded-lg border border-warn/35 bg-warn-soft/60 px-3 py-2 text-xs">
      <TriangleAlert aria-hidden className="mt-px size-4 shrink-0 text-warn" />
      <div className="grid min-w-0 gap-1">
        <p className="font-medium">{t("accessFleet.roles.drifted")}</p>
        <PatternList title={t("accessFleet.roles.driftAdded")} patterns={drift.added} heading="p" />
        <PatternList title={t("accessFleet.roles.driftRemoved")} patterns={drift.removed} heading="p" />
      </div>
    </div>
  );
}

type PatternListProps = { title: string; patterns: readonly string[]; heading?: "h3" | "h4" | "p" };

function PatternList({ title, patterns, heading: Heading = "h4" }: PatternListProps) {
  if (patterns.length === 0) return null;
  return (
    <div>
      <Heading className="font-medium text-muted text-xs">{`${title} (${patterns.length})`}</Heading>
      <ul className="mt-1 grid gap-0.5">
        {patterns.map((pattern) => (
          <li key={pattern} className="break-all font-mono text-xs">
            {pattern}
          </li>
        ))}
      </ul>
    </div>
  );
}

export type RoleSheetProps = { role: RoleRow; onClose: () => void; onCompare: () => void };

/** One definition as Azure has it now, with what can be done with it. */
export function RoleSheet({ role, onClose, onCompare }: RoleSheetProps) {
  const mayAssign = useRightAnywhere("assignRoles");
  const mayDefine = useRightAnywhere("defineRoles");
  const rightAt = useRights(role.isCustom ? role.assignableScopes : []);
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={role.name}
      description={role.isCustom ? t("accessFleet.roles.custom") : t("accessFleet.roles.builtIn")}
      className="max-w-xl"
      footer={
        <>
          <Button onClick={onCompare}>{t("accessFleet.roles.compare")}</Button>
          <RightLink right={mayDefine} href={pages.roleEditor({ role: role.id })}>
            {t("accessFleet.roles.useAsTemplate")}
          </RightLink>
          {role.isCustom ? (
            <RightLink right={rightAt("defineRoles", role.assignableScopes)} href={pages.roleEditor({ edit: role.id })}>
              {t("accessFleet.roles.edit")}
            </RightLink>
          ) : null}
          <RightLink
            right={mayAssign}
            href={pages.accessChange(encodePreset({ roleIds: [role.id], back: `${pages.access()}?view=roles` }))}
            variant="primary"
          >
            {t("accessFleet.roles.assign")}
          </RightLink>
        </>
      }
    >
      <div className="grid gap-4">
        <RightReason right={mayAssign} />
        {role.description === "" ? null : <p>{role.description}</p>}
        <DriftNote drift={role.drift} />
        <p className="flex flex-wrap items-center gap-1 text-muted text-xs">
          {t("accessFleet.roles.id")} <code className="break-all font-mono text-foreground">{role.id}</code>
          <CopyButton text={role.id} label={t("accessFleet.roles.copyId")} />
        </p>
        <section aria-label={t("accessFleet.roles.capabilities")} className="grid gap-1.5">
          <h3 className="font-semibold text-sm">{t("accessFleet.roles.capabilities")}</h3>
          <CapabilityChips ids={role.capabilities} limit={role.capabilities.length} />
        </section>
        <section aria-label={t("accessFleet.roles.definition")} className="grid gap-3">
          <h3 className="font-semibold text-sm">{t("accessFleet.roles.definition")}</h3>
          {PERMISSION_LISTS.map((list) => (
            <PatternList key={list} title={t(`accessFleet.roles.${list}`)} patterns={patternsOf(role.permissions, list)} />
          ))}
        </section>
        <PatternList title={t("accessFleet.roles.scopes")} patterns={role.assignableScopes} heading="h3" />
      </div>
    </Sheet>
  );
}

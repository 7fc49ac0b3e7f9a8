"use client";

import { SearchX } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { draftOfRole, draftOfTemplate, emptyDraft, type RoleDraft } from "@/lib/client/access/role-draft";
import type { RoleRow } from "@/lib/client/access/roles";
import { useAccess, useAccessAnswer } from "@/lib/client/access/use-access";
import { ROLE_TEMPLATE_IDS, type RoleTemplateId } from "@/lib/domain/access/action-catalogue";
import { t } from "@/messages/t";
import { AccessFailure, AccessNotices, AccessProgressLine, LoadingRows } from "./access-status";
import { RoleEditor } from "./role-editor";

const parsers = { template: parseAsStringLiteral(ROLE_TEMPLATE_IDS), role: parseAsString, edit: parseAsString };

type Start = { template: RoleTemplateId | null; role: string | null; edit: string | null };

/** The draft that the address asks for; a text says why there is none. */
function firstDraft({ template, role, edit }: Start, roles: readonly RoleRow[]): RoleDraft | string {
  const newId = crypto.randomUUID();
  const wanted = edit ?? role;
  if (wanted !== null) {
    const found = roles.find(({ id }) => id === wanted.toLowerCase());
    if (found === undefined) return t("accessFleet.roleEditor.unknownRole");
    if (edit !== null && !found.isCustom) return t("accessFleet.roleEditor.builtInRole");
    const draft = draftOfRole(edit === null ? newId : found.id, found);
    if (draft === null) return t("accessFleet.roleEditor.severalEntries");
    return edit === null ? { ...draft, name: t("accessFleet.roleEditor.copyOf", { name: found.name }) } : draft;
  }
  return template === null ? emptyDraft(newId) : templateDraft(newId, template);
}

function templateDraft(id: string, template: RoleTemplateId): RoleDraft {
  return draftOfTemplate(id, template, {
    name: t(`accessFleet.roleEditor.templates.${template}`),
    description: t(`accessFleet.roleEditor.templateDescription.${template}`),
  });
}

function Templates({ onChoose }: { onChoose: (template: RoleTemplateId) => void }) {
  return (
    <section aria-label={t("accessFleet.roleEditor.template")} className="grid gap-2.5 sm:grid-cols-2 lg:grid-cols-4">
      {ROLE_TEMPLATE_IDS.map((template) => (
        <Button
          key={template}
          onClick={() => onChoose(template)}
          className="h-auto flex-col items-start gap-0.5 whitespace-normal px-3.5 py-2.5 text-left"
        >
          <span className="font-semibold">{t(`accessFleet.roleEditor.templates.${template}`)}</span>
          <span className="font-normal text-muted text-xs">{t(`accessFleet.roleEditor.templateAbout.${template}`)}</span>
        </Button>
      ))}
    </section>
  );
}

/** Makes or changes a custom role: from nothing, from a template, or from a role that exists. */
export function RoleEditorPage() {
  const status = useAccess();
  const [start] = useQueryStates(parsers);
  const roles = useAccessAnswer("roles", (backend) => backend.call("roles")).value;
  const nodes = useAccessAnswer("scopes", (backend) => backend.call("scopeTree", { lane: "now", capabilities: [] })).value;
  const [chosen, setChosen] = useState<RoleDraft | null>(null);
  const [template, setTemplate] = useState<RoleTemplateId | null>(null);
  const [first, setFirst] = useState<RoleDraft | string | null>(null);
  // The definition must be read before it can be the draft; afterwards the operator's work is not touched again.
  if (first === null && roles !== undefined) setFirst(firstDraft(start, roles));
  const draft = chosen ?? first;
  const isEdit = start.edit !== null && typeof draft === "object" && draft !== null;
  return (
    <div className="mx-auto grid max-w-6xl gap-4 px-4 py-4 md:px-6 md:py-5">
      <div>
        <h1 className="font-semibold text-lg leading-6">
          {isEdit ? t("accessFleet.roleEditor.editTitle", { name: draft.name }) : t("accessFleet.roleEditor.newTitle")}
        </h1>
        <p className="text-[0.8125rem] text-muted">{t("accessFleet.roleEditor.subtitle")}</p>
      </div>
      <AccessProgressLine status={status} />
      <AccessNotices status={status} />
      {status.phase === "failed" ? (
        <AccessFailure status={status} />
      ) : draft === null || roles === undefined || nodes === undefined ? (
        <LoadingRows label={t("accessFleet.state.loading")} />
      ) : typeof draft === "string" ? (
        <Card>
          <CardBody>
            <EmptyState icon={SearchX} title={draft} />
          </CardBody>
        </Card>
      ) : (
        <>
          {isEdit ? null : (
            <Templates
              onChoose={(wanted) => {
                setTemplate(wanted);
                setChosen(templateDraft(draft.roleId, wanted));
              }}
            />
          )}
          <RoleEditor key={template} draft={draft} onChange={setChosen} roles={roles} nodes={nodes} />
        </>
      )}
    </div>
  );
}

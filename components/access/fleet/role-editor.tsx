"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Link } from "@/components/ui/link";
import { RightButton, RightReason } from "@/components/ui/right-note";
import { Textarea } from "@/components/ui/textarea";
import { draftCapabilities, draftProblems, draftRequest, linesOf, type RoleDraft, toggled } from "@/lib/client/access/role-draft";
import type { RoleRow } from "@/lib/client/access/roles";
import type { ScopeNode } from "@/lib/client/access/scope-types";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import { ACTION_CATALOGUE, ACTION_GROUPS, type CatalogueAction } from "@/lib/domain/access/action-catalogue";
import { t } from "@/messages/t";
import { RISK_TONE } from "../capability-words";
import { useRightAnywhere, useRights } from "../use-rights";
import { scopeKindWords, scopeWords } from "./access-words";
import { CapabilityChips } from "./person-grants";

type DraftProps = { draft: RoleDraft; onChange: (draft: RoleDraft) => void };

function listOf(action: CatalogueAction): "dataActions" | "actions" {
  return action.isDataAction ? "dataActions" : "actions";
}

function ActionRow({ action, draft, onChange }: DraftProps & { action: CatalogueAction }) {
  const list = listOf(action);
  const checked = draft.permissions[list].some((one) => one.toLowerCase() === action.action.toLowerCase());
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input.
    <label className="-mx-1.5 flex min-h-6 cursor-pointer items-center gap-2 rounded px-1.5 hover:bg-sunken">
      <Checkbox
        checked={checked}
        onChange={({ target }) => {
          const permissions = { ...draft.permissions, [list]: toggled(draft.permissions[list], action.action, target.checked) };
          onChange({ ...draft, permissions });
        }}
      />
      <span className="min-w-0 flex-1 break-all font-mono text-xs">{action.action}</span>
      {action.isDataAction ? <span className="text-muted text-xs">{t("accessFleet.roleEditor.dataAction")}</span> : null}
      <Badge tone={RISK_TONE[action.risk]}>{t(`accessFleet.roleEditor.risk.${action.risk}`)}</Badge>
    </label>
  );
}

const inCatalogue = (pattern: string, isDataAction: boolean) =>
  ACTION_CATALOGUE.some((one) => one.isDataAction === isDataAction && one.action.toLowerCase() === pattern.toLowerCase());

type LinesProps = DraftProps & { list: "actions" | "dataActions" | "notActions"; label: string; hint?: string };

/** Patterns that the catalogue does not have, one a line. The text is kept as typed; the draft holds its lines. */
function PatternLines({ draft, onChange, list, label, hint }: LinesProps) {
  const own = (patterns: readonly string[]) =>
    list === "notActions" ? [...patterns] : patterns.filter((one) => !inCatalogue(one, list === "dataActions"));
  const [text, setText] = useState(() => own(draft.permissions[list]).join("\n"));
  const wrong = draftProblems(draft, []).flatMap((problem) =>
    typeof problem === "object" && linesOf(text).includes(problem.wrongAction) ? [problem.wrongAction] : [],
  );
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={wrong[0] === undefined ? undefined : t("accessFleet.roleEditor.moreWrong", { text: wrong[0] })}
    >
      {(control) => (
        <Textarea
          {...control}
          spellCheck={false}
          className="font-mono text-xs"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            const ticked =
              list === "notActions" ? [] : draft.permissions[list].filter((one) => inCatalogue(one, list === "dataActions"));
            const typed = linesOf(target.value).filter((line) => !ticked.some((one) => one.toLowerCase() === line.toLowerCase()));
            onChange({ ...draft, permissions: { ...draft.permissions, [list]: [...ticked, ...typed] } });
          }}
        />
      )}
    </Field>
  );
}

function ScopeChoice({ draft, onChange, nodes, error }: DraftProps & { nodes: readonly ScopeNode[]; error: string | undefined }) {
  const shown = nodes.filter(
    ({ ref }) => ref.kind === "managementGroup" || ref.kind === "subscription" || ref.kind === "resourceGroup",
  );
  const isChosen = (id: string) => draft.assignableScopes.some((scope) => scope.toLowerCase() === id.toLowerCase());
  const others = draft.assignableScopes.filter((scope) => !shown.some(({ id }) => id === scope.toLowerCase()));
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium text-[0.8125rem]">{t("accessFleet.roleEditor.scopes")}</legend>
      <p className="text-muted text-xs">{t("accessFleet.roleEditor.scopesHint")}</p>
      <div className="scroll-thin max-h-52 overflow-y-auto rounded-md border border-line px-3 py-2">
        {[...others.map((id) => ({ id, ref: null, depth: 0 })), ...shown].map((node) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input.
          <label key={node.id} className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
            <svg width={node.depth * 14} height="1" aria-hidden="true" className="shrink-0" />
            <Checkbox
              checked={isChosen(node.id)}
              onChange={({ target }) =>
                onChange({
                  ...draft,
                  assignableScopes: toggled(draft.assignableScopes, node.ref === null ? node.id : node.ref.id, target.checked),
                })
              }
            />
            <span className="min-w-0 truncate">{node.ref === null ? node.id : scopeWords(node.ref)}</span>
            {node.ref === null ? null : <span className="text-muted text-xs">{scopeKindWords(node.ref.kind)}</span>}
          </label>
        ))}
      </div>
      {error === undefined ? null : <p className="font-medium text-bad text-xs">{error}</p>}
    </fieldset>
  );
}

function LiveResult({ draft, children }: { draft: RoleDraft; children: ReactNode }) {
  const capabilities = draftCapabilities(draft);
  return (
    <Card aria-labelledby="role-result" className="lg:sticky lg:top-4">
      <CardHeader
        id="role-result"
        title={t("accessFleet.roleEditor.result")}
        description={t("accessFleet.roleEditor.resultNote")}
      />
      <CardBody className="grid gap-3">
        <div role="status">
          {capabilities.length === 0 ? (
            <p className="text-muted">{t("accessFleet.roleEditor.resultNothing")}</p>
          ) : (
            <CapabilityChips ids={capabilities} limit={capabilities.length} />
          )}
        </div>
        {capabilities.includes("indirectAdmin") ? (
          <p className="font-medium text-bad text-xs">{t("accessFleet.roleEditor.resultGrave")}</p>
        ) : null}
        {capabilities.includes("assignRoles") || capabilities.includes("defineRoles") ? (
          <p className="font-medium text-bad text-xs">{t("accessFleet.roleEditor.resultGrant")}</p>
        ) : null}
        {children}
      </CardBody>
    </Card>
  );
}

export type RoleEditorProps = DraftProps & { roles: readonly RoleRow[]; nodes: readonly ScopeNode[] };

/** Name, scopes and actions of a custom role, with what a holder could do computed while choosing. */
export function RoleEditor({ draft, onChange, roles, nodes }: RoleEditorProps) {
  const router = useRouter();
  const [asked, setAsked] = useState(false);
  const scopes = draft.assignableScopes;
  const rightAt = useRights(scopes);
  const anywhere = useRightAnywhere("defineRoles");
  const right = scopes.length === 0 ? anywhere : rightAt("defineRoles", scopes);
  const problems = draftProblems(draft, roles);
  const said = (id: "nameMissing" | "nameTaken" | "scopesMissing" | "actionsMissing") =>
    asked && problems.includes(id) ? t(`accessFleet.roleEditor.${id}`) : undefined;
  const nameTaken = problems.includes("nameTaken") ? t("accessFleet.roleEditor.nameTaken") : undefined;
  useEffect(() => {
    if (problems.length === 0) setAsked(false);
  }, [problems.length]);
  const preview = () => {
    setAsked(true);
    if (problems.length > 0) return;
    router.push(pages.accessChange(encodePreset({ changes: [draftRequest(draft)], back: `${pages.access()}?view=roles` })));
  };
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Card>
        <CardBody className="grid gap-4">
          <Field
            label={t("accessFleet.roleEditor.name")}
            hint={t("accessFleet.roleEditor.nameHint")}
            error={said("nameMissing") ?? nameTaken}
          >
            {(control) => (
              <Input {...control} value={draft.name} onChange={({ target }) => onChange({ ...draft, name: target.value })} />
            )}
          </Field>
          <Field label={t("accessFleet.roleEditor.description")}>
            {(control) => (
              <Input
                {...control}
                value={draft.description}
                onChange={({ target }) => onChange({ ...draft, description: target.value })}
              />
            )}
          </Field>
          <ScopeChoice draft={draft} onChange={onChange} nodes={nodes} error={said("scopesMissing")} />
          <div className="grid gap-3">
            <h2 className="font-semibold text-sm">{t("accessFleet.roleEditor.actions")}</h2>
            {said("actionsMissing") === undefined ? null : (
              <p className="font-medium text-bad text-xs">{said("actionsMissing")}</p>
            )}
            {ACTION_GROUPS.map((group) => (
              <fieldset key={group} className="min-w-0">
                <legend className="mb-1 font-semibold text-muted text-xs">{t(`accessFleet.roleEditor.groups.${group}`)}</legend>
                {ACTION_CATALOGUE.filter((action) => action.group === group).map((action) => (
                  <ActionRow key={action.action} action={action} draft={draft} onChange={onChange} />
                ))}
              </fieldset>
            ))}
            <PatternLines
              draft={draft}
              onChange={onChange}
              list="actions"
              label={t("accessFleet.roleEditor.more")}
              hint={t("accessFleet.roleEditor.moreHint")}
            />
            <PatternLines draft={draft} onChange={onChange} list="dataActions" label={t("accessFleet.roleEditor.moreData")} />
            <PatternLines draft={draft} onChange={onChange} list="notActions" label={t("accessFleet.roleEditor.except")} />
          </div>
        </CardBody>
      </Card>
      <LiveResult draft={draft}>
        {asked && problems.length > 0 ? (
          <p role="alert" className="font-medium text-bad text-xs">
            {t("accessFleet.roleEditor.fix", { count: problems.length })}
          </p>
        ) : null}
        <RightButton right={right} variant="primary" onClick={preview}>
          {t("accessFleet.roleEditor.preview")}
        </RightButton>
        <RightReason right={right} />
        <Link href={`${pages.access()}?view=roles`} className={buttonClass({ variant: "ghost" })}>
          {t("accessFleet.roleEditor.cancel")}
        </Link>
      </LiveResult>
    </div>
  );
}

"use client";

import { TriangleAlert } from "lucide-react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import { MdmFields } from "@/components/ui/mdm-fields";
import { rightRefusal } from "@/components/ui/right-note";
import { TextField } from "@/components/ui/text-field";
import { useHoldsAnywhere } from "@/lib/client/access/use-holds-anywhere";
import type { FieldError } from "@/lib/domain/errors";
import { LINUX_SIGN_IN_VERSION } from "@/lib/domain/rollout/kinds/linux-sign-in";
import { WORK_CAPABILITIES, workRight } from "@/lib/domain/rollout/rights";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { LINUX_SIGN_IN_NAME, WINDOWS_SIGN_IN_NAME, WINDOWS_SIGN_IN_VERSION } from "@/lib/domain/sign-in-extension";
import { hasMessage, t, tDynamic } from "@/messages/t";
import { PrincipalField } from "./principal-field";
import { RoleField } from "./role-field";
import { WORK_FIELDS, type WorkField, type WorkForm, workErrors } from "./work-form";

const FAMILIES: readonly { title: string; kinds: readonly WorkKindId[] }[] = [
  {
    title: t("rolloutWizard.work.windows"),
    kinds: ["windowsSignIn.install", "windowsSignIn.settings", "windowsSignIn.upgrade", "windowsSignIn.uninstall"],
  },
  { title: t("rolloutWizard.work.linux"), kinds: ["linuxSignIn.install", "linuxSignIn.upgrade", "linuxSignIn.uninstall"] },
  { title: t("rolloutWizard.work.access"), kinds: ["role.assign"] },
];

type PartProps = { form: WorkForm; error: (field: WorkField) => string | undefined; onForm: (form: WorkForm) => void };

function NameField({ form, error, onForm }: PartProps) {
  const isLinux = form.kind.startsWith("linux");
  const usual = isLinux ? LINUX_SIGN_IN_NAME : WINDOWS_SIGN_IN_NAME;
  return (
    <TextField
      label={t("rolloutWizard.work.name")}
      hint={t("rolloutWizard.work.nameHint", { usual })}
      error={error("name")}
      maxLength={64}
      value={isLinux ? form.linuxName : form.windowsName}
      onText={(name) => onForm({ ...form, [isLinux ? "linuxName" : "windowsName"]: name })}
    />
  );
}

function VersionField({ form, error, onForm }: PartProps) {
  const version = form.kind.startsWith("linux") ? LINUX_SIGN_IN_VERSION : WINDOWS_SIGN_IN_VERSION;
  return (
    <TextField
      label={t("rolloutWizard.work.version")}
      hint={
        form.kind.endsWith(".upgrade")
          ? t("rolloutWizard.work.versionHintUpgrade")
          : t("rolloutWizard.work.versionHint", { version })
      }
      error={error("version")}
      maxLength={40}
      value={form.version}
      onText={(text) => onForm({ ...form, version: text })}
    />
  );
}

function Settings(props: PartProps) {
  const { form, error, onForm } = props;
  const fields = WORK_FIELDS[form.kind];
  if (fields.length === 0) return null;
  return (
    <Card aria-labelledby="work-settings">
      <CardHeader id="work-settings" title={t("rolloutWizard.work.settings")} />
      <CardBody className="grid grid-cols-1 gap-5">
        {fields.includes("name") ? <NameField {...props} /> : null}
        {fields.includes("mdmId") ? (
          <MdmFields
            value={{ mdm: form.mdm, ownId: form.ownMdmId }}
            error={error("mdmId")}
            onChange={({ mdm, ownId }) => onForm({ ...form, mdm, ownMdmId: ownId })}
          />
        ) : null}
        {fields.includes("version") ? <VersionField {...props} /> : null}
        {fields.includes("role") ? (
          <div className="max-w-md">
            <RoleField
              label={t("rolloutWizard.work.role")}
              chosen={form.role}
              error={error("role")}
              onChange={(role) => onForm({ ...form, role })}
            />
          </div>
        ) : null}
        {fields.includes("principal") ? (
          <div className="max-w-xl">
            <PrincipalField
              chosen={form.principal}
              error={error("principal")}
              onChange={(principal) => onForm({ ...form, principal })}
            />
          </div>
        ) : null}
      </CardBody>
    </Card>
  );
}

/** What a kind of work can break, in plain words; kinds have one to three such sentences. */
function breaksOf(kind: WorkKindId): string[] {
  const keys = [1, 2, 3].map((index) => `rolloutWizard.kind.${kind}.breaks${index}`);
  return keys.filter(hasMessage).map((key) => tDynamic(key));
}

/** What can break stands beside the choice and again before the start. */
export function Breaks({ kind, id }: { kind: WorkKindId; id: string }) {
  return (
    <section aria-labelledby={id} className="rounded-md border border-warn/40 bg-warn-soft/40 px-4 py-3 text-[0.8125rem]">
      <h3 id={id} className="flex items-center gap-2 font-semibold text-warn">
        <TriangleAlert aria-hidden className="size-4" />
        {t("rolloutWizard.work.canBreak")}
      </h3>
      <ul className="mt-1.5 grid list-disc gap-1 pl-6">
        {breaksOf(kind).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

export type StepWorkProps = {
  form: WorkForm;
  /** Also what was not touched yet is marked: somebody wanted to go on. */
  showAll: boolean;
  /** What the server said of the fields as they are. */
  refused: readonly FieldError[];
  onForm: (form: WorkForm) => void;
};

/** What is to be done to each machine, with its consequence; kinds that the operator may do nowhere are off and say why. */
export function StepWork({ form, showAll, refused, onForm }: StepWorkProps) {
  const holds = useHoldsAnywhere();
  const errors = workErrors(form);
  const untouched: Partial<Record<WorkField, boolean>> = {
    version: form.version === "",
    role: form.role === null,
    principal: form.principal === null,
    mdmId: form.ownMdmId === "",
  };
  const error = (field: WorkField) => {
    const key = errors[field];
    if (key !== undefined) return untouched[field] === true && !showAll ? undefined : tDynamic(key);
    return refused.find((one) => one.field === `work.${field}`)?.message;
  };
  return (
    <div className="grid grid-cols-1 min-w-0 items-start gap-4 xl:grid-cols-2">
      <Card aria-labelledby="work-title">
        <CardHeader id="work-title" title={t("rolloutWizard.work.title")} description={t("rolloutWizard.work.about")} />
        <CardBody className="grid grid-cols-1 gap-5">
          {FAMILIES.map(({ title, kinds }) => (
            <ChoiceList
              key={title}
              name="rollout-work"
              legend={title}
              value={form.kind}
              choices={kinds.map((value) => ({
                value,
                label: tDynamic(`rolloutWizard.kind.${value}.name`),
                about: tDynamic(`rolloutWizard.kind.${value}.about`),
                refusal: rightRefusal(workRight(value, holds(WORK_CAPABILITIES[value]))),
              }))}
              onChange={(kind) => onForm({ ...form, kind })}
            />
          ))}
        </CardBody>
      </Card>
      <div className="grid grid-cols-1 min-w-0 gap-4">
        <Breaks kind={form.kind} id="work-breaks" />
        <Settings form={form} error={error} onForm={onForm} />
      </div>
    </div>
  );
}

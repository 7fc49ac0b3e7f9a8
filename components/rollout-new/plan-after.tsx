"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { t } from "@/messages/t";
import { type PlanPartProps, Tick } from "./plan-fields";
import { PrincipalField } from "./principal-field";
import { RoleField } from "./role-field";

export function PlanAfter({ form, error, onForm }: PlanPartProps) {
  return (
    <Card aria-labelledby="plan-after">
      <CardHeader id="plan-after" title={t("rolloutWizard.plan.after.title")} />
      <CardBody className="grid grid-cols-1 gap-4">
        <Tick
          id="plan-remove-failed"
          label={t("rolloutWizard.plan.after.removeFailed")}
          hint={t("rolloutWizard.plan.after.removeFailedHint")}
          checked={form.removeFailed}
          onChange={(removeFailed) => onForm({ ...form, removeFailed })}
        />
        <Tick
          id="plan-grant"
          label={t("rolloutWizard.plan.after.grant")}
          hint={t("rolloutWizard.plan.after.grantHint")}
          checked={form.hasGrant}
          onChange={(hasGrant) => onForm({ ...form, hasGrant })}
        />
        {form.hasGrant ? (
          <div className="grid grid-cols-1 gap-4 rounded-md border border-line px-3 py-3">
            <RoleField
              label={t("rolloutWizard.plan.after.role")}
              chosen={form.role}
              error={error("plan.grant.role")}
              onChange={(role) => onForm({ ...form, role })}
            />
            <PrincipalField
              chosen={form.principal}
              error={error("plan.grant.principal")}
              onChange={(principal) => onForm({ ...form, principal })}
            />
            <ChoiceList
              legend={t("rolloutWizard.plan.after.at")}
              value={form.grantAt}
              choices={[
                { value: "machines", label: t("rolloutWizard.plan.after.atMachines") },
                { value: "scope", label: t("rolloutWizard.plan.after.atScope") },
              ]}
              onChange={(grantAt) => onForm({ ...form, grantAt })}
            />
            {form.grantAt === "scope" ? (
              <Field
                label={t("rolloutWizard.plan.after.scope")}
                hint={t("rolloutWizard.plan.after.scopeHint")}
                error={error("plan.grant.scope")}
              >
                {(control) => (
                  <Input
                    {...control}
                    spellCheck={false}
                    autoComplete="off"
                    value={form.grantScope}
                    onChange={({ target }) => onForm({ ...form, grantScope: target.value })}
                  />
                )}
              </Field>
            ) : null}
          </div>
        ) : null}
      </CardBody>
    </Card>
  );
}

"use client";

import { useDeferredValue, useId, useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import type { RoleView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { capabilityName } from "../capability-words";
import { findRoles, isLoginRole, suggestionsFor } from "./role-model";
import { useRoles } from "./use-roles";

const SHOWN = 12;
const NAMED = 5;

function givesWords(role: RoleView): string {
  if (role.capabilities.length === 0) return t("access.change.what.givesNothing");
  const named = role.capabilities.slice(0, NAMED).map(capabilityName).join(", ");
  const rest = role.capabilities.length - NAMED;
  const what = rest > 0 ? `${named} ${t("access.page.givesMore", { count: rest })}` : named;
  return t("access.change.what.gives", { what });
}

type RoleRowProps = { role: RoleView; checked: boolean; note?: string; onToggle: (id: string, checked: boolean) => void };

function RoleRow({ role, checked, note, onToggle }: RoleRowProps) {
  const id = useId();
  return (
    <li className="flex items-start gap-2.5 py-1.5">
      <Checkbox
        id={id}
        className="mt-0.5"
        checked={checked}
        aria-describedby={`${id}-about`}
        onChange={(event) => onToggle(role.id, event.target.checked)}
      />
      <div className="min-w-0 text-[0.8125rem]">
        <label htmlFor={id} className="font-medium">
          {role.name}
        </label>
        {role.type === "CustomRole" ? (
          <Badge dot={false} tone="info" className="ml-2">
            {t("access.change.what.custom")}
          </Badge>
        ) : null}
        <p id={`${id}-about`} className="text-muted text-xs">
          {givesWords(role)} {note ?? ""}
        </p>
      </div>
    </li>
  );
}

export type RolePickerProps = {
  chosen: readonly string[];
  wants: readonly AccessCapabilityId[];
  scope: string | undefined;
  error: string | undefined;
  onChange: (chosen: string[]) => void;
};

function Suggestions(
  props: Pick<RolePickerProps, "wants" | "scope" | "chosen"> & { roles: readonly RoleView[]; onToggle: RoleRowProps["onToggle"] },
) {
  const { roles, wants, scope, chosen, onToggle } = props;
  const found = useMemo(() => suggestionsFor(roles, wants, scope), [roles, wants, scope]);
  if (wants.length === 0) return null;
  return (
    <section aria-labelledby="suggestions-title" className="rounded-md border border-line bg-info-soft/30 px-3 py-2">
      <h3 id="suggestions-title" className="font-medium text-[0.8125rem]">
        {t("access.change.what.suggestions")}
      </h3>
      <p className="text-muted text-xs">{t("access.change.what.wanted", { what: wants.map(capabilityName).join(", ") })}</p>
      {found.length === 0 ? <p className="text-[0.8125rem]">{t("access.change.what.suggestionNone")}</p> : null}
      <ul>
        {found.map(({ role, extra }, index) => (
          <RoleRow
            key={role.id}
            role={role}
            checked={chosen.includes(role.id)}
            note={`${index === 0 ? `${t("access.change.what.suggestion")}. ` : ""}${
              extra.length === 0
                ? t("access.change.what.noExtra")
                : t("access.change.what.extra", { what: extra.map(capabilityName).join(", ") })
            }`}
            onToggle={onToggle}
          />
        ))}
      </ul>
    </section>
  );
}

function Catalogue({ roles, chosen, wants, scope, error, onChange }: RolePickerProps & { roles: readonly RoleView[] }) {
  const [text, setText] = useState("");
  const [capability, setCapability] = useState("");
  const query = useDeferredValue(text);
  const found = useMemo(() => findRoles(roles, query, capability), [roles, query, capability]);
  const toggle = (id: string, checked: boolean) => onChange(checked ? [...chosen, id] : chosen.filter((item) => item !== id));
  const login = roles.filter((role) => isLoginRole(role.id));
  const shown = [...found.filter((role) => chosen.includes(role.id)), ...found.filter((role) => !chosen.includes(role.id))];
  return (
    <div className="grid grid-cols-1 gap-3">
      <Suggestions roles={roles} wants={wants} scope={scope} chosen={chosen} onToggle={toggle} />
      <section aria-labelledby="login-roles">
        <h3 id="login-roles" className="font-medium text-[0.8125rem]">
          {t("access.change.what.login")}
        </h3>
        <ul>
          {login.map((role) => (
            <RoleRow key={role.id} role={role} checked={chosen.includes(role.id)} onToggle={toggle} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="other-roles" className="grid grid-cols-1 gap-2">
        <h3 id="other-roles" className="font-medium text-[0.8125rem]">
          {t("access.change.what.others")}
        </h3>
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <Field label={t("access.change.what.search")} hint={t("access.change.what.searchHint")} error={error}>
            {(control) => <Input {...control} type="search" value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          <Field label={t("access.change.what.capability")}>
            {(control) => (
              <Select {...control} value={capability} onChange={(event) => setCapability(event.target.value)}>
                <option value="">{t("access.change.what.anyCapability")}</option>
                {CAPABILITY_IDS.map((id) => (
                  <option key={id} value={id}>
                    {capabilityName(id)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {shown.length === 0 ? <p className="text-[0.8125rem] text-muted">{t("access.change.what.none")}</p> : null}
        <ul>
          {shown.slice(0, SHOWN).map((role) => (
            <RoleRow key={role.id} role={role} checked={chosen.includes(role.id)} onToggle={toggle} />
          ))}
        </ul>
        {shown.length > SHOWN ? (
          <p className="text-muted text-xs">{t("access.change.what.more", { count: shown.length - SHOWN })}</p>
        ) : null}
      </section>
    </div>
  );
}

/** Which roles: a proposal of the smallest, the two login roles, and every other role by what it gives. */
export function RolePicker(props: RolePickerProps) {
  const query = useRoles();
  return (
    <Card aria-labelledby="what-title">
      <CardHeader id="what-title" title={t("access.change.what.title")} description={t("access.change.what.about")} />
      <CardBody>
        {query.data !== undefined ? (
          <Catalogue {...props} roles={query.data.roles} />
        ) : query.error !== null ? (
          <ProblemPanel problem={toClientProblem(query.error)} />
        ) : (
          <div aria-busy="true">
            <p role="status" className="mb-2 text-muted text-xs">
              {t("access.change.what.loading")}
            </p>
            <Skeleton className="h-40" />
          </div>
        )}
      </CardBody>
    </Card>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/field";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { api } from "@/lib/config/routes";
import type { RoleCatalogue, RoleView } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import type { ChosenRole } from "./work-form";

const SIGN_IN = ["signInUser", "signInAdmin"];

const givesSignIn = (role: RoleView) => role.capabilities.some((capability) => SIGN_IN.includes(capability));

export type RoleFieldProps = {
  label: string;
  chosen: ChosenRole | null;
  error: string | undefined;
  onChange: (chosen: ChosenRole | null) => void;
};

/** Which role: those that let people sign in first. */
export function RoleField({ label, chosen, error, onChange }: RoleFieldProps) {
  const query = useQuery({
    queryKey: ["accessRoles"],
    queryFn: ({ signal }) => apiFetch<RoleCatalogue>(api.accessRoles(), { signal }),
    staleTime: 60_000,
  });
  if (query.error !== null) return <ProblemPanel problem={toClientProblem(query.error)} />;
  if (query.data === undefined) {
    return (
      <div aria-busy="true" className="grid grid-cols-1 gap-1.5">
        <p role="status" className="text-muted text-xs">
          {t("rolloutWizard.role.loading")}
        </p>
        <Skeleton className="h-8" />
      </div>
    );
  }
  const { roles } = query.data;
  const groups = [
    { title: t("rolloutWizard.role.login"), roles: roles.filter(givesSignIn) },
    { title: t("rolloutWizard.role.other"), roles: roles.filter((role) => !givesSignIn(role)) },
  ];
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Select
          {...control}
          value={chosen?.id ?? ""}
          onChange={({ target }) => {
            const role = roles.find(({ id }) => id === target.value);
            onChange(role === undefined ? null : { id: role.id, name: role.name });
          }}
        >
          <option value="">{t("rolloutWizard.role.none")}</option>
          {chosen !== null && !roles.some(({ id }) => id === chosen.id) ? <option value={chosen.id}>{chosen.name}</option> : null}
          {groups.map((group) => (
            <optgroup key={group.title} label={group.title}>
              {group.roles.map((role) => (
                <option key={role.id} value={role.id}>
                  {role.name}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      )}
    </Field>
  );
}

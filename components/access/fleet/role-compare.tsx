"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { compareRoles, type Difference, PERMISSION_LISTS, type RoleRow } from "@/lib/client/access/roles";
import { t } from "@/messages/t";
import { capabilityWords } from "./access-words";

export type RoleCompareProps = {
  roles: readonly RoleRow[];
  first: string;
  second: string | null;
  onChange: (first: string, second: string | null) => void;
  onClose: () => void;
};

function Choice(props: { label: string; roles: readonly RoleRow[]; value: string; onChange: (id: string) => void }) {
  return (
    <Select
      aria-label={props.label}
      className="w-72 max-w-full"
      value={props.value}
      onChange={({ target }) => props.onChange(target.value)}
    >
      <option value="">{t("accessFleet.roles.compareChoose")}</option>
      {props.roles.map((role) => (
        <option key={role.id} value={role.id}>
          {role.name}
        </option>
      ))}
    </Select>
  );
}

function Side({ title, items, mono }: { title: string; items: readonly string[]; mono: boolean }) {
  return (
    <div className="min-w-0">
      <h4 className="font-medium text-muted text-xs">{`${title} (${items.length})`}</h4>
      {items.length === 0 ? (
        <p className="text-muted text-xs">{t("accessFleet.roles.none")}</p>
      ) : (
        <ul className="mt-0.5 grid gap-0.5">
          {items.map((item) => (
            <li key={item} className={mono ? "break-all font-mono text-xs" : "text-[0.8125rem]"}>
              {item}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type RowProps = { title: string; difference: Difference<string>; first: RoleRow; second: RoleRow; mono?: boolean };

function CompareRow({ title, difference, first, second, mono = false }: RowProps) {
  const { onlyFirst, both, onlySecond } = difference;
  if (onlyFirst.length + both.length + onlySecond.length === 0) return null;
  return (
    <section aria-label={title} className="grid gap-1.5 border-line border-t pt-3 first:border-t-0 first:pt-0">
      <h3 className="font-semibold text-sm">{title}</h3>
      <div className="grid gap-3 sm:grid-cols-3">
        <Side title={t("accessFleet.roles.onlyIn", { role: first.name })} items={onlyFirst} mono={mono} />
        <Side title={t("accessFleet.roles.both")} items={both} mono={mono} />
        <Side title={t("accessFleet.roles.onlyIn", { role: second.name })} items={onlySecond} mono={mono} />
      </div>
    </section>
  );
}

/** Two roles side by side: what only one allows, what both allow, by capability and by action. */
export function RoleCompare({ roles, first, second, onChange, onClose }: RoleCompareProps) {
  const a = roles.find(({ id }) => id === first.toLowerCase());
  const b = roles.find(({ id }) => id === second?.toLowerCase());
  const comparison = a === undefined || b === undefined ? null : compareRoles(a, b);
  const words = (ids: Difference<RoleRow["capabilities"][number]>): Difference<string> => ({
    onlyFirst: ids.onlyFirst.map(capabilityWords),
    both: ids.both.map(capabilityWords),
    onlySecond: ids.onlySecond.map(capabilityWords),
  });
  return (
    <Card aria-labelledby="role-compare" className="shrink-0">
      <CardHeader
        id="role-compare"
        title={t("accessFleet.roles.compareTitle")}
        actions={
          <>
            <Choice
              label={t("accessFleet.roles.compareFirst")}
              roles={roles}
              value={a?.id ?? ""}
              onChange={(id) => onChange(id, second)}
            />
            <Choice
              label={t("accessFleet.roles.compareSecond")}
              roles={roles}
              value={b?.id ?? ""}
              onChange={(id) => onChange(first, id)}
            />
            <Button variant="ghost" size="icon" aria-label={t("accessFleet.roles.compareClose")} onClick={onClose}>
              <X aria-hidden />
            </Button>
          </>
        }
      />
      {comparison === null || a === undefined || b === undefined ? null : (
        <CardBody tabIndex={0} className="scroll-thin grid max-h-72 gap-3 overflow-y-auto">
          <CompareRow
            title={t("accessFleet.roles.capabilities")}
            difference={words(comparison.capabilities)}
            first={a}
            second={b}
          />
          {PERMISSION_LISTS.map((list) => (
            <CompareRow
              key={list}
              title={t(`accessFleet.roles.${list}`)}
              difference={comparison.patterns[list]}
              first={a}
              second={b}
              mono
            />
          ))}
        </CardBody>
      )}
    </Card>
  );
}

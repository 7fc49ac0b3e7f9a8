"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { type AuditFilterState, isFiltered, NO_FILTER } from "./use-audit-filter";

export type AuditFiltersProps = { filter: AuditFilterState; onChange: (change: Partial<AuditFilterState>) => void };

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  return (
    <search
      aria-label={t("audit.filter.title")}
      className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-[repeat(4,minmax(0,1fr))_repeat(2,13rem)]"
    >
      <Field label={t("audit.filter.who")}>
        {(control) => (
          <Input
            {...control}
            value={filter.who}
            maxLength={200}
            placeholder={t("audit.filter.whoHint")}
            onChange={(event) => onChange({ who: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("audit.filter.target")}>
        {(control) => (
          <Input
            {...control}
            value={filter.target}
            maxLength={200}
            placeholder={t("audit.filter.targetHint")}
            onChange={(event) => onChange({ target: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("audit.filter.action")}>
        {(control) => (
          <Select
            {...control}
            value={filter.action ?? ""}
            onChange={(event) => onChange({ action: AUDIT_ACTIONS.find((kind) => kind === event.target.value) ?? null })}
          >
            <option value="">{t("audit.filter.any")}</option>
            {AUDIT_ACTIONS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`audit.action.${kind}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("audit.filter.outcome")}>
        {(control) => (
          <Select
            {...control}
            value={filter.outcome ?? ""}
            onChange={(event) => onChange({ outcome: AUDIT_OUTCOMES.find((outcome) => outcome === event.target.value) ?? null })}
          >
            <option value="">{t("audit.filter.any")}</option>
            {AUDIT_OUTCOMES.map((outcome) => (
              <option key={outcome} value={outcome}>
                {t(`audit.outcome.${outcome}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("audit.filter.from")} className="max-md:col-span-2">
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={filter.from}
            onChange={(event) => onChange({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("audit.filter.to")} className="max-md:col-span-2">
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={filter.to}
            onChange={(event) => onChange({ to: event.target.value })}
          />
        )}
      </Field>
      {isFiltered(filter) ? (
        <div className="col-span-full flex flex-wrap items-center gap-3">
          <Button size="sm" onClick={() => onChange(NO_FILTER)}>
            <X aria-hidden />
            {t("audit.filter.clear")}
          </Button>
          {filter.operation === "" ? null : (
            <span className="text-muted text-xs">
              {t("audit.filter.operation")}: <code className="font-mono">{filter.operation}</code>
            </span>
          )}
        </div>
      ) : null}
    </search>
  );
}

"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { HISTORY_KINDS } from "@/lib/domain/elevation/history/types";
import { t } from "@/messages/t";
import { MachineField } from "./machine-field";
import { type HistoryFilterState, isFiltered, NO_FILTER } from "./use-history";

export type HistoryFiltersProps = { filter: HistoryFilterState; onChange: (change: Partial<HistoryFilterState>) => void };

export function HistoryFilters({ filter, onChange }: HistoryFiltersProps) {
  return (
    <search
      aria-label={t("history.filter.title")}
      className="grid grid-cols-2 gap-3 md:grid-cols-4 2xl:grid-cols-[repeat(5,minmax(0,1fr))_repeat(2,13rem)]"
    >
      {(["person", "role", "scope"] as const).map((name) => (
        <Field key={name} label={t(`history.filter.${name}`)}>
          {(control) => (
            <Input
              {...control}
              value={filter[name]}
              maxLength={200}
              placeholder={t(`history.filter.${name}Hint`)}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <MachineField label={t("history.filter.machine")} value={filter.machine} onChange={(machine) => onChange({ machine })} />
      <Field label={t("history.filter.kind")} className="max-md:col-span-2">
        {(control) => (
          <Select
            {...control}
            value={filter.kind ?? ""}
            onChange={(event) => onChange({ kind: HISTORY_KINDS.find((kind) => kind === event.target.value) ?? null })}
          >
            <option value="">{t(filter.person === "" ? "history.filter.any" : "history.filter.anyOfPerson")}</option>
            {HISTORY_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`history.kind.${kind}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {(["from", "to"] as const).map((name) => (
        <Field key={name} label={t(`history.filter.${name}`)} className="max-md:col-span-2">
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={filter[name]}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      {isFiltered(filter) ? (
        <div className="col-span-full">
          <Button size="sm" onClick={() => onChange(NO_FILTER)}>
            <X aria-hidden />
            {t("history.filter.clear")}
          </Button>
        </div>
      ) : null}
    </search>
  );
}

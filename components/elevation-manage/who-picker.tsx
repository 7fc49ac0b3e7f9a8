"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useDebounced } from "@/lib/client/use-debounced";
import { api } from "@/lib/config/routes";
import type { PrincipalSearch } from "@/lib/domain/access/api";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { WhoCell, whoName } from "./who-cell";

const MIN_LETTERS = 2;
/** Whom Azure takes as eligible. */
const KINDS = new Set(["user", "guest", "group"]);

function Results({
  text,
  chosen,
  onAdd,
}: {
  text: string;
  chosen: readonly PrincipalInput[];
  onAdd: (one: PrincipalInput) => void;
}) {
  const { data, error, isFetching } = useQuery({
    queryKey: ["principals", text.toLowerCase()],
    queryFn: ({ signal }) => apiFetch<PrincipalSearch>(api.principals(text), { signal }),
    enabled: text.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (text.length < MIN_LETTERS) return null;
  if (error !== null) return <ProblemPanel problem={toClientProblem(error)} />;
  const found = (data?.principals ?? []).filter(({ id, kind }) => KINDS.has(kind) && !chosen.some((one) => one.id === id));
  return (
    <>
      <p role="status" className="text-muted text-xs">
        {isFetching
          ? t("elevationManage.form.whoSearching")
          : found.length === 0
            ? t("elevationManage.form.whoNone", { query: text })
            : ""}
      </p>
      <ul className="scroll-thin max-h-48 overflow-y-auto">
        {found.map((principal) => (
          <li key={principal.id} className="flex items-center justify-between gap-3 border-line border-b py-1.5 last:border-b-0">
            <WhoCell principal={principal} />
            <Button
              size="sm"
              aria-label={t("elevationManage.form.add", { name: whoName(principal) })}
              onClick={() => onAdd(principal)}
            >
              <Plus aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

export type WhoPickerProps = {
  chosen: readonly PrincipalInput[];
  error: string | undefined;
  onChange: (chosen: PrincipalInput[]) => void;
};

/** People and groups: search as you type, several at once. */
export function WhoPicker({ chosen, error, onChange }: WhoPickerProps) {
  const [text, setText] = useState("");
  return (
    <div className="grid grid-cols-1 gap-2">
      {chosen.length === 0 ? null : (
        <ul aria-label={t("elevationManage.form.chosen")} className="flex flex-wrap gap-2">
          {chosen.map((principal) => (
            <li
              key={principal.id}
              className="flex max-w-full items-start gap-1 rounded-md border border-line bg-selected py-1 pr-1 pl-2"
            >
              <WhoCell principal={principal} />
              <button
                type="button"
                aria-label={t("elevationManage.form.take", { name: whoName(principal) })}
                className={buttonClass({ variant: "ghost", size: "iconSm" })}
                onClick={() => onChange(chosen.filter(({ id }) => id !== principal.id))}
              >
                <X aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field label={t("elevationManage.form.who")} hint={t("elevationManage.form.whoHint")} error={error}>
        {(control) => (
          <Input {...control} type="search" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      <Results
        text={useDebounced(text.trim())}
        chosen={chosen}
        onAdd={(principal) => {
          onChange([...chosen, principal]);
          setText("");
        }}
      />
    </div>
  );
}

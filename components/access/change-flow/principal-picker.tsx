"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
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
import { PrincipalChip, principalName } from "../principal-chip";

const MIN_LETTERS = 2;

function useSearch(text: string) {
  return useQuery({
    queryKey: ["principals", text.toLowerCase()],
    queryFn: ({ signal }) => apiFetch<PrincipalSearch>(api.principals(text), { signal }),
    enabled: text.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

type ResultsProps = { text: string; chosen: readonly PrincipalInput[]; onAdd: (principal: PrincipalInput) => void };

function Results({ text, chosen, onAdd }: ResultsProps) {
  const query = useSearch(text);
  if (text === "") return null;
  if (text.length < MIN_LETTERS) return <p className="text-muted text-xs">{t("access.change.who.short")}</p>;
  if (query.error !== null) return <ProblemPanel problem={toClientProblem(query.error)} />;
  const found = (query.data?.principals ?? []).filter((principal) => !chosen.some((item) => item.id === principal.id));
  const status = query.isFetching
    ? t("access.change.who.searching")
    : found.length === 0
      ? t("access.change.who.none", { query: text })
      : "";
  return (
    <>
      <p role="status" className="text-muted text-xs">
        {status}
      </p>
      <ul aria-label={t("access.change.who.results")} className="scroll-thin max-h-72 overflow-y-auto">
        {found.map((principal) => (
          <li key={principal.id} className="flex items-center justify-between gap-3 border-line border-b py-1.5 last:border-b-0">
            <PrincipalChip principal={principal} />
            <Button
              size="sm"
              aria-label={t("access.change.who.add", { name: principalName(principal) })}
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

export type PrincipalPickerProps = {
  chosen: readonly PrincipalInput[];
  error: string | undefined;
  onChange: (chosen: PrincipalInput[]) => void;
};

/** Who gets the roles: search as you type, several at once. */
export function PrincipalPicker({ chosen, error, onChange }: PrincipalPickerProps) {
  const [text, setText] = useState("");
  const wanted = useDebounced(text.trim());
  return (
    <Card aria-labelledby="who-title">
      <CardHeader id="who-title" title={t("access.change.who.title")} description={t("access.change.who.about")} />
      <CardBody className="grid grid-cols-1 gap-3">
        {chosen.length === 0 ? (
          <p className="text-[0.8125rem] text-muted">{t("access.change.who.nobody")}</p>
        ) : (
          <ul aria-label={t("access.change.who.chosen")} className="flex flex-wrap gap-2">
            {chosen.map((principal) => (
              <li
                key={principal.id}
                className="flex max-w-full items-start gap-1 rounded-md border border-line bg-selected py-1 pr-1 pl-2"
              >
                <PrincipalChip principal={principal} />
                <button
                  type="button"
                  aria-label={t("access.change.who.remove", { name: principalName(principal) })}
                  className={buttonClass({ variant: "ghost", size: "iconSm" })}
                  onClick={() => onChange(chosen.filter((item) => item.id !== principal.id))}
                >
                  <X aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
        <Field label={t("access.change.who.search")} hint={t("access.change.who.groupHint")} error={error}>
          {(control) => (
            <Input {...control} type="search" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
        <Results
          text={wanted}
          chosen={chosen}
          onAdd={(principal) => {
            onChange([...chosen, principal]);
            setText("");
          }}
        />
      </CardBody>
    </Card>
  );
}

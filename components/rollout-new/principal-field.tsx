"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useDebounced } from "@/lib/client/use-debounced";
import { api } from "@/lib/config/routes";
import type { PrincipalSearch } from "@/lib/domain/access/api";
import type { PrincipalInput, PrincipalKind } from "@/lib/domain/access/types";
import type { RolloutPrincipal } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";

const MIN_LETTERS = 2;

/** As a role assignment names the kind; null where no role can be given. */
const TYPE: Record<PrincipalKind, RolloutPrincipal["type"] | null> = {
  group: "Group",
  user: "User",
  guest: "User",
  servicePrincipal: "ServicePrincipal",
  managedIdentity: "ServicePrincipal",
  device: null,
  unknown: null,
  deleted: null,
};

type Candidate = RolloutPrincipal & { detail: string };

function candidates(found: readonly PrincipalInput[]): Candidate[] {
  const list = found.flatMap(({ id, kind, displayName, detail }) => {
    const type = TYPE[kind];
    return type === null ? [] : [{ id, type, name: displayName === "" ? id : displayName, detail }];
  });
  return [...list.filter(({ type }) => type === "Group"), ...list.filter(({ type }) => type !== "Group")];
}

function Results({ text, onChoose }: { text: string; onChoose: (principal: RolloutPrincipal) => void }) {
  const query = useQuery({
    queryKey: ["principals", text.toLowerCase()],
    queryFn: ({ signal }) => apiFetch<PrincipalSearch>(api.principals(text), { signal }),
    enabled: text.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (text === "") return null;
  if (text.length < MIN_LETTERS) return <p className="text-muted text-xs">{t("rolloutWizard.principal.short")}</p>;
  if (query.error !== null) return <ProblemPanel problem={toClientProblem(query.error)} />;
  const found = candidates(query.data?.principals ?? []);
  const none = found.length === 0 ? t("rolloutWizard.principal.none", { query: text }) : "";
  return (
    <>
      <p role="status" className="text-muted text-xs">
        {query.isFetching ? t("rolloutWizard.principal.searching") : none}
      </p>
      {found.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard (WCAG 2.1.1).
        <ul aria-label={t("rolloutWizard.principal.results")} tabIndex={0} className="scroll-thin max-h-56 overflow-y-auto">
          {found.map(({ detail, ...principal }) => (
            <li
              key={principal.id}
              className="flex items-center justify-between gap-3 border-line border-b py-1.5 last:border-b-0"
            >
              <span className="min-w-0 text-[0.8125rem]">
                <span className="break-words font-medium">{principal.name}</span>{" "}
                <Badge dot={false}>{t(`rolloutWizard.principal.kind.${principal.type}`)}</Badge>
                {detail === "" ? null : <span className="block break-all text-muted text-xs">{detail}</span>}
              </span>
              <Button size="sm" onClick={() => onChoose(principal)}>
                {t("rolloutWizard.principal.choose", { name: principal.name })}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export type PrincipalFieldProps = {
  chosen: RolloutPrincipal | null;
  error: string | undefined;
  onChange: (chosen: RolloutPrincipal | null) => void;
};

/** Who gets the role: one group or person, found by typing. */
export function PrincipalField({ chosen, error, onChange }: PrincipalFieldProps) {
  const [text, setText] = useState("");
  const quiet = useDebounced(text.trim());
  const errorId = useId();
  if (chosen !== null) {
    return (
      <div className="grid grid-cols-1 gap-1.5 text-[0.8125rem]">
        <span className="font-medium">{t("rolloutWizard.work.principal")}</span>
        <p className="flex flex-wrap items-center gap-2">
          <span className="break-words">{t("rolloutWizard.principal.chosen", { name: chosen.name })}</span>
          <Badge dot={false}>{t(`rolloutWizard.principal.kind.${chosen.type}`)}</Badge>
          <Button
            size="sm"
            {...(error === undefined ? {} : { "data-invalid": true, "aria-describedby": errorId })}
            onClick={() => onChange(null)}
          >
            {t("rolloutWizard.principal.change")}
          </Button>
        </p>
        {error === undefined ? null : (
          <p id={errorId} className="font-medium text-bad text-xs">
            {error}
          </p>
        )}
      </div>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <Field label={t("rolloutWizard.work.principal")} hint={t("rolloutWizard.principal.hint")} error={error}>
        {(control) => (
          <Input
            {...control}
            type="search"
            autoComplete="off"
            placeholder={t("rolloutWizard.principal.search")}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Results
        text={quiet}
        onChoose={(principal) => {
          onChange(principal);
          setText("");
        }}
      />
    </div>
  );
}

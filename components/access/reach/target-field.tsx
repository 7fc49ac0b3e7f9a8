"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatClock } from "@/lib/client/format";
import { useDebounced } from "@/lib/client/use-debounced";
import { useSubscriptionName } from "@/lib/client/use-subscription-name";
import { api } from "@/lib/config/routes";
import type { FoundResource, ResourceSearch } from "@/lib/domain/access/api";
import { t } from "@/messages/t";

const MIN_LETTERS = 2;

function useResources(search: string, type: string | null) {
  return useQuery({
    queryKey: ["resources", type, search.toLowerCase()],
    queryFn: ({ signal }) => apiFetch<ResourceSearch>(api.resources(search, type), { signal }),
    enabled: search.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

type FoundProps = { resource: FoundResource; onChoose: (id: string) => void };

function Found({ resource, onChoose }: FoundProps) {
  const subscriptionName = useSubscriptionName();
  const { id, name, type, resourceGroup, subscriptionId } = resource;
  return (
    <li className="flex items-center justify-between gap-3 border-line border-b py-1.5 last:border-b-0">
      <div className="min-w-0 text-[0.8125rem]">
        <span className="break-words font-medium">{name}</span>
        {resource.usesRoles === false ? (
          <Badge tone="warn" className="ml-2">
            {t("access.reach.search.policies")}
          </Badge>
        ) : null}
        <p className="break-words text-muted text-xs">{`${resourceGroup} · ${subscriptionName(subscriptionId)} · ${type}`}</p>
      </div>
      <Button size="sm" aria-label={t("access.reach.search.chooseOf", { name })} onClick={() => onChoose(id)}>
        {t("access.reach.search.choose")}
      </Button>
    </li>
  );
}

/** What Resource Graph found, with how much of it is shown and as of when. */
function Results({ search, type, onChoose }: { search: string; type: string | null; onChoose: (id: string) => void }) {
  const { data, error, isFetching } = useResources(search, type);
  if (search.length < MIN_LETTERS) return null;
  if (error !== null) return <ProblemPanel problem={toClientProblem(error)} />;
  const words = () => {
    if (data === undefined || isFetching) return t("access.reach.search.searching");
    if (data.total === 0) return t("access.reach.search.none", { query: search });
    const time = formatClock(data.asOf);
    if (data.total > data.resources.length) {
      return t("access.reach.search.some", { shown: data.resources.length, total: data.total, time });
    }
    return t("access.reach.search.all", { count: data.total, time });
  };
  return (
    <div className="grid grid-cols-1 gap-1">
      <p role="status" className="text-muted text-xs">
        {words()}
      </p>
      {data === undefined || data.resources.length === 0 ? null : (
        <ul aria-label={t("access.reach.search.results")} className="scroll-thin max-h-64 overflow-y-auto">
          {data.resources.map((resource) => (
            <Found key={resource.id} resource={resource} onChoose={onChoose} />
          ))}
        </ul>
      )}
    </div>
  );
}

export type TargetFieldProps = {
  value: string;
  /** Resource type that is searched, in lower case; null = every type. */
  type: string | null;
  /** What is wrong with an id that was typed. */
  error: string | undefined;
  onChange: (text: string) => void;
};

/** Where the role is given: a resource found by a part of its name, or the id of one. */
export function TargetField({ value, type, error, onChange }: TargetFieldProps) {
  const settled = useDebounced(value.trim());
  const isId = (text: string) => text.startsWith("/");
  return (
    <div className="grid grid-cols-1 min-w-0 gap-2">
      <Field
        label={t("access.reach.targetField")}
        hint={t("access.reach.targetHint")}
        error={isId(value.trim()) ? error : undefined}
      >
        {(control) => (
          <Input
            {...control}
            type="search"
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      {isId(value.trim()) || value.trim() === "" ? null : <Results search={settled} type={type} onChoose={onChange} />}
    </div>
  );
}

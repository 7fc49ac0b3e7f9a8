"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { ScopeList } from "@/lib/domain/access/api";
import type { ScopeChoice } from "@/lib/domain/access/scope-choices";
import { t } from "@/messages/t";

/** Management groups and subscriptions that the operator can see. */
export function useScopeList() {
  return useQuery({
    queryKey: ["accessScopes"],
    queryFn: ({ signal }) => apiFetch<ScopeList>(api.accessScopes(), { signal, background: true }),
    staleTime: 5 * 60_000,
  });
}

/** Options of a list cannot be indented by style, so the depth is drawn in the text. */
function optionText({ kind, name, depth }: ScopeChoice): string {
  const words = kind === "managementGroup" ? name : t("access.change.where.subscriptionOption", { name });
  return `${"\u2014\u2009".repeat(depth)}${words}`;
}

type Props = {
  list: ReturnType<typeof useScopeList>;
  offered: readonly string[];
  error: string | undefined;
  onOffer: (scopes: string[]) => void;
};

/** Offers a management group or a subscription out of the tree, without its id having to be known. */
export function ScopeTreeField({ list, offered, error, onOffer }: Props) {
  const known = new Set(offered.map((scope) => scope.toLowerCase()));
  const choices = list.data?.scopes ?? [];
  const hint = list.isPending
    ? t("access.change.where.treeLoading")
    : list.error !== null
      ? t("access.change.where.treeFailed")
      : choices.length === 0
        ? t("access.change.where.treeNone")
        : undefined;
  return (
    <Field label={t("access.change.where.tree")} hint={hint} error={error}>
      {(control) => (
        <Select
          {...control}
          value=""
          disabled={choices.length === 0}
          onChange={({ target }) => {
            if (target.value !== "") onOffer([target.value]);
          }}
        >
          <option value="">{t("access.change.where.treeChoose")}</option>
          {choices.map((choice) => (
            <option key={choice.id} value={choice.id} disabled={known.has(choice.id.toLowerCase())}>
              {optionText(choice)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

"use client";

import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { EMPTY_QUERY } from "@/lib/client/fleet-store";
import { useSession } from "@/lib/client/session";
import { useFleet, useFleetAnswer } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";
import { isScopeId } from "./scope-id";

/** Resource groups with machines, as far as the fleet was read; the field takes any other name as well. */
function useGroups(subscriptionId: string): string[] {
  useFleet();
  const facets = useFleetAnswer(`rollout-groups:${subscriptionId}`, async (backend) => {
    if (subscriptionId === "") return [];
    const view = await backend.call("query", { ...EMPTY_QUERY, filters: { subscription: [subscriptionId] } }, 0, 0);
    return view.facets.group.map(({ value }) => value);
  });
  return facets ?? [];
}

/** Everything below a scope: a subscription, one of its resource groups, or any scope by its id. */
export function ScopeForm({ onScope }: { onScope: (scope: string) => void }) {
  const { info } = useSession();
  const listId = useId();
  const [subscriptionId, setSubscriptionId] = useState("");
  const [group, setGroup] = useState("");
  const [id, setId] = useState("");
  const groups = useGroups(subscriptionId);
  const wrong = id.trim() !== "" && !isScopeId(id);
  const below = group.trim() === "" ? "" : `/resourceGroups/${group.trim()}`;
  const scope = id.trim() !== "" ? id.trim() : subscriptionId === "" ? "" : `/subscriptions/${subscriptionId}${below}`;
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3">
      <div className="grid w-full grid-cols-1 items-start gap-3 sm:grid-cols-2 xl:grid-cols-1">
        <Field label={t("rolloutWizard.targets.subscription")}>
          {(control) => (
            <Select {...control} value={subscriptionId} onChange={({ target }) => setSubscriptionId(target.value)}>
              <option value="">{t("rolloutWizard.targets.chooseSubscription")}</option>
              {(info?.subscriptions ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("rolloutWizard.targets.group")} hint={t("rolloutWizard.targets.groupHint")}>
          {(control) => (
            <>
              <Input
                {...control}
                list={listId}
                autoComplete="off"
                spellCheck={false}
                disabled={subscriptionId === ""}
                value={group}
                onChange={({ target }) => setGroup(target.value)}
              />
              <datalist id={listId}>
                {groups.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      {info === null || info.subscriptionsCompleteness.complete ? null : (
        <CompletenessNote value={info.subscriptionsCompleteness} what={t("rolloutWizard.targets.subscription")} />
      )}
      <Field
        label={t("rolloutWizard.targets.scopeId")}
        hint={t("rolloutWizard.targets.scopeIdHint")}
        error={wrong ? t("rolloutWizard.targets.scopeIdError") : undefined}
        className="w-full"
      >
        {(control) => (
          <Input {...control} spellCheck={false} autoComplete="off" value={id} onChange={({ target }) => setId(target.value)} />
        )}
      </Field>
      <Button disabled={scope === "" || wrong} onClick={() => onScope(scope)}>
        {t("rolloutWizard.targets.useScope")}
      </Button>
    </div>
  );
}

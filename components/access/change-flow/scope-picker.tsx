"use client";

import { useEffect, useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { FoundMachine } from "@/lib/client/fleet-store";
import { useSession } from "@/lib/client/session";
import { subscriptionNameIn } from "@/lib/client/subscription-name";
import { getFleet, useFleet } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";
import { scopesOf } from "../machine/access-model";
import { isScopeId, narrowestFirst } from "./flow-draft";
import { scopeText } from "./scope-text";
import { ScopeTreeField, useScopeList } from "./scope-tree-field";

const MACHINES = 6;

function useFoundMachines(text: string): FoundMachine[] {
  const { version } = useFleet();
  const [found, setFound] = useState<FoundMachine[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows (`version`) may hold the machine that is being typed.
  useEffect(() => {
    let wanted = true;
    if (text === "") setFound([]);
    else {
      void getFleet()
        .backend()
        .then((backend) => backend.call("find", text, MACHINES))
        .then((machines) => wanted && setFound(machines));
    }
    return () => {
      wanted = false;
    };
  }, [text, version]);
  return found;
}

function MachineFinder({ onOffer }: { onOffer: (scopes: string[]) => void }) {
  const [text, setText] = useState("");
  const found = useFoundMachines(text.trim());
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <Field label={t("access.change.where.machine")}>
        {(control) => (
          <Input {...control} type="search" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {found.length === 0 ? null : (
        <ul aria-label={t("access.change.where.machineResults")} className="grid grid-cols-1 gap-1">
          {found.map((machine) => (
            <li key={machine.id}>
              <Button
                size="sm"
                className="max-w-full"
                title={machine.resourceGroup}
                onClick={() => {
                  onOffer(scopesOf(machine.id, []));
                  setText("");
                }}
              >
                <span className="truncate">{t("access.change.where.addMachine", { name: machine.name })}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ScopeIdField({ onOffer }: { onOffer: (scopes: string[]) => void }) {
  const [text, setText] = useState("");
  const wrong = text.trim() !== "" && !isScopeId(text);
  return (
    <div className="grid grid-cols-1 justify-items-start gap-2">
      <Field
        label={t("access.change.where.id")}
        hint={t("access.change.where.idHint")}
        error={wrong ? t("access.change.where.idError") : undefined}
        className="w-full"
      >
        {(control) => <Input {...control} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Button
        disabled={text.trim() === "" || wrong}
        onClick={() => {
          onOffer([text.trim().replace(/(.)\/$/, "$1")]);
          setText("");
        }}
      >
        {t("access.change.where.add")}
      </Button>
    </div>
  );
}

export type ScopePickerProps = {
  offered: readonly string[];
  chosen: readonly string[];
  error: string | undefined;
  onChange: (change: { offered: string[]; scopes: string[] }) => void;
};

/** Where the roles hold: narrowest first, several at once, and the ways to find a scope that is not offered yet. */
export function ScopePicker({ offered, chosen, error, onChange }: ScopePickerProps) {
  const id = useId();
  const { info } = useSession();
  const rows = narrowestFirst(offered);
  const list = useScopeList();
  const subscriptionName = (text: string) => subscriptionNameIn(info?.subscriptions ?? [], text);
  const knownName = (scope: string) =>
    list.data?.scopes.find(({ id: known }) => known.toLowerCase() === scope.toLowerCase())?.name;
  const offer = (scopes: string[]) => {
    const fresh = scopes.filter((scope) => !offered.some((known) => known.toLowerCase() === scope.toLowerCase()));
    const narrowest = scopes[0];
    const scopesNow = narrowest === undefined || chosen.includes(narrowest) ? [...chosen] : [...chosen, narrowest];
    onChange({ offered: [...offered, ...fresh], scopes: scopesNow });
  };
  const toggle = (scope: string, checked: boolean) =>
    onChange({ offered: [...offered], scopes: checked ? [...chosen, scope] : chosen.filter((item) => item !== scope) });
  return (
    <Card aria-labelledby="where-title">
      <CardHeader id="where-title" title={t("access.change.where.title")} description={t("access.change.where.about")} />
      <CardBody className="grid grid-cols-1 gap-3">
        {rows.length === 0 ? <p className="text-[0.8125rem] text-muted">{t("access.change.where.none")}</p> : null}
        <ul>
          {rows.map((scope, index) => {
            const { kind, name: lastName, wide } = scopeText(scope);
            const name = subscriptionName(lastName) ?? knownName(scope) ?? lastName;
            return (
              <li key={scope} className="flex items-start gap-2.5 py-1.5">
                <Checkbox
                  id={`${id}-${index}`}
                  className="mt-0.5"
                  checked={chosen.includes(scope)}
                  aria-describedby={`${id}-${index}-about`}
                  onChange={(event) => toggle(scope, event.target.checked)}
                />
                <div className="min-w-0 text-[0.8125rem]">
                  <label htmlFor={`${id}-${index}`} className="font-medium">
                    {name === "" ? kind : `${kind} ${name}`}
                  </label>
                  {index === 0 ? (
                    <Badge dot={false} tone="ok" className="ml-2">
                      {t("access.change.where.narrowest")}
                    </Badge>
                  ) : null}
                  <p id={`${id}-${index}-about`} className="break-all text-muted text-xs">
                    {wide ? `${t("access.change.where.wide")} ` : ""}
                    {scope}
                  </p>
                </div>
              </li>
            );
          })}
        </ul>
        <ScopeTreeField list={list} offered={offered} error={error} onOffer={offer} />
        <MachineFinder onOffer={offer} />
        <ScopeIdField onOffer={offer} />
      </CardBody>
    </Card>
  );
}

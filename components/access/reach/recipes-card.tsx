"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { RightButton, rightRefusal } from "@/components/ui/right-note";
import { Segmented } from "@/components/ui/segmented";
import { encodePreset } from "@/lib/client/change-draft";
import { useConfig } from "@/lib/client/config";
import { pages } from "@/lib/config/routes";
import type { MachineReachView } from "@/lib/domain/access/api";
import { resourceTypeOf } from "@/lib/domain/access/reach";
import {
  keyVaultExtension,
  RECIPE_IDS,
  type Recipe,
  type RecipeId,
  recipeOf,
  recipeRequest,
  recipeScripts,
  vaultModeCommand,
} from "@/lib/domain/access/recipes";
import { lastSegment } from "@/lib/domain/access/scope";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { type Cloud, cloudById } from "@/lib/domain/clouds";
import { t } from "@/messages/t";
import { isScopeId } from "../change-flow/flow-draft";
import { holderCounts } from "../machine/access-model";
import { useRights } from "../use-rights";
import { TargetField } from "./target-field";

const TYPE_WORDS = {
  "microsoft.keyvault/vaults": "vault",
  "microsoft.storage/storageaccounts": "account",
  "microsoft.operationalinsights/workspaces": "workspace",
} as const;

function typeWords(type: string): string {
  for (const [known, key] of Object.entries(TYPE_WORDS)) if (known === type) return t(`access.reach.targetTypes.${key}`);
  return type;
}

/** What is wrong with the target, or null. An empty field is not wrong, only missing. */
function targetError(recipe: Recipe, target: string): string | undefined {
  if (target === "") return undefined;
  if (recipe.resourceType === null) return isScopeId(target) ? undefined : t("access.reach.scopeError");
  if (isScopeId(target) && resourceTypeOf(target) === recipe.resourceType) return undefined;
  return t("access.reach.targetError", { type: typeWords(recipe.resourceType) });
}

type OsFamily = "windows" | "linux";

function Check({ id, cloud, target }: { id: Exclude<RecipeId, "own">; cloud: Cloud; target: string }) {
  const [os, setOs] = useState<OsFamily>("windows");
  const scripts = recipeScripts(id, cloud, target);
  const request = recipeRequest(id, cloud, target);
  if (scripts === null || request === null) return null;
  const isVault = id === "secrets" || id === "certificates";
  return (
    <div className="grid grid-cols-1 min-w-0 gap-3">
      {isVault ? (
        <Step title={t("access.reach.vaultMode")} expect={t("access.reach.vaultModeExpect")}>
          <CodeBlock
            code={vaultModeCommand(cloud, target)}
            label={t("access.reach.vaultMode")}
            copyLabel={t("access.reach.copyCommand")}
          />
        </Step>
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label={t("access.reach.os")}
          value={os}
          options={[
            { value: "windows", label: t("access.reach.windows") },
            { value: "linux", label: t("access.reach.linux") },
          ]}
          onChange={setOs}
        />
        <span className="text-muted text-xs">
          {t("access.reach.audience")}: <code className="font-mono text-foreground">{request.audience}</code> ({cloud.label})
        </span>
      </div>
      {id === "certificates" ? (
        <Step title={t("access.reach.settings")} expect={t("access.reach.settingsAbout")}>
          <CodeBlock
            code={JSON.stringify(keyVaultExtension(cloud, target, os), null, 2)}
            label={t("access.reach.settings")}
            copyLabel={t("access.reach.settingsCopy")}
          />
        </Step>
      ) : null}
      <Step title={t("access.reach.check")} expect={t(`access.reach.checkExpect.${id}`)}>
        <CodeBlock code={scripts[os]} label={t("access.reach.check")} copyLabel={t("access.reach.copyScript")} />
      </Step>
    </div>
  );
}

function Step({ title, expect, children }: { title: string; expect?: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 min-w-0 gap-1.5">
      <h3 className="font-medium text-[0.8125rem]">{title}</h3>
      {children}
      {expect === undefined ? null : <p className="text-muted text-xs">{expect}</p>}
    </div>
  );
}

function Facts({ recipe, target, who }: { recipe: Recipe; target: string; who: string }) {
  const rows = [
    [t("access.reach.recipeWho"), who],
    [t("access.reach.recipeRole"), recipe.role?.name ?? t("access.reach.recipe.own.name")],
    [t("access.reach.recipeScope"), target === "" ? t("access.reach.recipeScopeHint") : target],
  ] as const;
  return (
    <dl className="grid gap-x-4 gap-y-1 text-[0.8125rem] sm:grid-cols-[6rem_minmax(0,1fr)]">
      {rows.map(([label, value]) => (
        <div key={label} className="sm:contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-all">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type RecipesCardProps = { view: MachineReachView; identity: NonNullable<MachineReachView["identity"]>; back: string };

/** Purpose by purpose: the smallest role, the one resource, the way to the preview, and the check that it works. */
export function RecipesCard({ view, identity, back }: RecipesCardProps) {
  const router = useRouter();
  const needId = useId();
  const cloud = cloudById(useConfig().cloudId);
  const [id, setId] = useState<RecipeId>("secrets");
  const [text, setText] = useState("");
  const recipe = recipeOf(id);
  // A word is looked for; only an id is a target.
  const target = text.trim().startsWith("/") ? text.trim() : "";
  const error = targetError(recipe, target);
  const missing = recipe.resourceType !== null && target === "";
  const known = [
    ...new Set(view.grants.filter((grant) => grant.resourceType === recipe.resourceType).map((grant) => grant.scope.id)),
  ];
  const scope = target !== "" && error === undefined ? target : null;
  const right = useRights(scope === null ? [] : [scope])("assignRoles", scope === null ? [] : [scope]);
  const refusal = rightRefusal(right);
  const who: PrincipalInput = {
    id: identity.principalId,
    kind: "managedIdentity",
    displayName: identity.displayName,
    detail: "",
    enabled: null,
    machineId: view.machine.id,
  };
  const go = () =>
    router.push(
      pages.accessChange(
        encodePreset({
          who: [who],
          ...(recipe.role === null ? {} : { roleIds: [recipe.role.id] }),
          ...(target === "" ? {} : { scopes: [target] }),
          back,
        }),
      ),
    );
  return (
    <Card aria-labelledby="recipes-title" id="recipes">
      <CardHeader id="recipes-title" title={t("access.reach.recipesTitle")} description={t("access.reach.recipesAbout")} />
      <CardBody className="grid min-w-0 items-start gap-6 xl:grid-cols-2">
        <div className="grid grid-cols-1 min-w-0 gap-3">
          <Segmented
            label={t("access.reach.recipeChoice")}
            className="max-w-full flex-wrap justify-self-start"
            value={id}
            options={RECIPE_IDS.map((value) => ({ value, label: t(`access.reach.recipe.${value}.name`) }))}
            onChange={setId}
          />
          <p className="text-[0.8125rem]">{t(`access.reach.recipe.${id}.about`)}</p>
          {id === "secrets" ? <p className="text-muted text-xs">{t("access.reach.bootstrap")}</p> : null}
          <TargetField value={text} type={recipe.resourceType} error={error} onChange={setText} />
          {known.length === 0 || text !== "" ? null : (
            <ul aria-label={t("access.reach.known")} className="flex flex-wrap items-center gap-2 text-xs">
              <li className="text-muted">{t("access.reach.known")}</li>
              {known.map((scope) => (
                <li key={scope}>
                  <Button
                    size="sm"
                    aria-label={t("access.reach.search.chooseOf", { name: lastSegment(scope) })}
                    onClick={() => setText(scope)}
                  >
                    {lastSegment(scope)}
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <Facts recipe={recipe} target={target} who={identity.displayName} />
          <p className="text-warn text-xs">{t("access.reach.warn", { count: holderCounts(view.becomeIdentity.holders).now })}</p>
          <div className="flex flex-wrap items-center gap-3">
            {refusal === null ? (
              <Button
                variant="primary"
                disabled={missing || error !== undefined}
                aria-describedby={`${needId}-need`}
                onClick={go}
              >
                {t("access.reach.grant")}
              </Button>
            ) : (
              <RightButton variant="primary" right={right}>
                {t("access.reach.grant")}
              </RightButton>
            )}
            <span id={`${needId}-need`} className="text-muted text-xs">
              {refusal ?? (missing ? t("access.reach.needTarget") : "")}
            </span>
          </div>
        </div>
        {id === "own" ? null : <Check key={id} id={id} cloud={cloud} target={error === undefined ? target : ""} />}
      </CardBody>
    </Card>
  );
}

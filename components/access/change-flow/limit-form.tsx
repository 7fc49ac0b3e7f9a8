"use client";

import { type ReactNode, useId } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { CodeBlock } from "@/components/ui/code-block";
import type { RoleView } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { conditionOf, type FlowDraft } from "./flow-draft";
import { isLoginRole } from "./role-model";

const KINDS = ["User", "Group", "ServicePrincipal"] as const;
const WRAPPED = "[&_pre]:whitespace-pre-wrap [&_pre]:break-all";

type TickProps = { checked: boolean; errorId?: string; onChange: (checked: boolean) => void; children: ReactNode };

function Tick({ checked, errorId, onChange, children }: TickProps) {
  const id = useId();
  const wrong = errorId === undefined ? {} : { "aria-invalid": true, "aria-describedby": errorId };
  return (
    <li className="flex items-start gap-2.5 py-1">
      <Checkbox id={id} className="mt-0.5" {...wrong} checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id} className="text-[0.8125rem]">
        {children}
      </label>
    </li>
  );
}

function toggled(list: readonly string[], item: string, on: boolean): string[] {
  return on ? [...list, item] : list.filter((one) => one !== item);
}

export type LimitFormProps = {
  draft: FlowDraft;
  roles: readonly RoleView[];
  error: string | undefined;
  onLimit: (limit: FlowDraft["limit"]) => void;
};

/** Limits which roles a new access administrator may pass on; the ticks become the text of a condition. */
export function LimitForm({ draft, roles, error, onLimit }: LimitFormProps) {
  const { limit } = draft;
  const offered = roles.filter(
    (role) => isLoginRole(role.id) || (role.capabilities.length > 0 && !role.capabilities.includes("assignRoles")),
  );
  const text = conditionOf(draft);
  const errorId = useId();
  return (
    <Card aria-labelledby="limit-title">
      <CardHeader id="limit-title" title={t("access.change.limit.title")} description={t("access.change.limit.about")} />
      <CardBody className="grid grid-cols-1 gap-3">
        <ul>
          <Tick
            checked={limit !== null}
            onChange={(on) =>
              onLimit(
                on ? { roleIds: roles.filter((role) => isLoginRole(role.id)).map((role) => role.id), principalTypes: [] } : null,
              )
            }
          >
            {t("access.change.limit.use")}
          </Tick>
        </ul>
        {limit === null ? null : (
          <div className="grid gap-4 md:grid-cols-2">
            <fieldset>
              <legend className="font-medium text-[0.8125rem]">{t("access.change.limit.roles")}</legend>
              {error === undefined ? null : (
                <p id={errorId} className="font-medium text-bad text-xs">
                  {error}
                </p>
              )}
              <ul className="scroll-thin max-h-60 overflow-y-auto">
                {offered.map((role, index) => (
                  <Tick
                    key={role.id}
                    {...(index === 0 && error !== undefined ? { errorId } : {})}
                    checked={limit.roleIds.includes(role.id)}
                    onChange={(on) => onLimit({ ...limit, roleIds: toggled(limit.roleIds, role.id, on) })}
                  >
                    {role.name}
                  </Tick>
                ))}
              </ul>
            </fieldset>
            <fieldset>
              <legend className="font-medium text-[0.8125rem]">{t("access.change.limit.kinds")}</legend>
              <ul>
                {KINDS.map((kind) => (
                  <Tick
                    key={kind}
                    checked={limit.principalTypes.includes(kind)}
                    onChange={(on) => onLimit({ ...limit, principalTypes: toggled(limit.principalTypes, kind, on) })}
                  >
                    {t(`access.change.limit.kind.${kind}`)}
                  </Tick>
                ))}
              </ul>
              <p className="text-muted text-xs">{t("access.change.limit.kindAny")}</p>
            </fieldset>
          </div>
        )}
        {text === null ? null : (
          <CodeBlock
            code={text}
            label={t("access.change.limit.text")}
            copyLabel={t("access.change.limit.copy")}
            className={WRAPPED}
          />
        )}
      </CardBody>
    </Card>
  );
}

"use client";

import { Server } from "lucide-react";
import { useMemo } from "react";
import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { type HandedTargets, listedMachines } from "@/lib/client/rollout-targets";
import { scopeWords } from "@/lib/client/scope-words";
import { pages } from "@/lib/config/routes";
import { PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import { t } from "@/messages/t";
import { MachineList } from "./machine-list";
import { ScopeForm } from "./scope-form";

export type StepTargetsProps = {
  targets: HandedTargets | null;
  subscriptionName: (id: string) => string;
  onScope: (scope: string) => void;
};

function Chosen({ targets, subscriptionName }: Omit<StepTargetsProps, "onScope">) {
  const choice = targets?.choice ?? null;
  const ids = choice?.by === "machines" ? choice.machineIds : null;
  const machines = useMemo(() => (ids === null ? [] : listedMachines(ids)), [ids]);
  if (choice === null || (choice.by === "machines" && machines.length === 0)) {
    return (
      <EmptyState
        icon={Server}
        title={t("rolloutWizard.targets.none")}
        actions={
          <Link href={pages.machines()} className={buttonClass({ variant: "primary" })}>
            {t("rolloutWizard.targets.toGrid")}
          </Link>
        }
      >
        {t("rolloutWizard.targets.noneDetail")}
      </EmptyState>
    );
  }
  if (choice.by === "scope") {
    return (
      <CardBody className="grid grid-cols-1 gap-1 text-[0.8125rem]">
        <p className="font-semibold text-base">
          {t("rolloutWizard.targets.scope", { scope: scopeWords(choice.scope, subscriptionName) })}
        </p>
        <p className="break-all font-mono text-muted text-xs">{choice.scope}</p>
        <p className="text-muted">{t("rolloutWizard.targets.scopeFrozen")}</p>
      </CardBody>
    );
  }
  return (
    <CardBody className="grid grid-cols-1 min-w-0 gap-3">
      <div className="text-[0.8125rem]">
        <p className="break-words font-semibold text-base">{choice.describedAs}</p>
        <p className="text-muted">{t("rolloutWizard.targets.frozen")}</p>
        {machines.length > PLAN_BOUNDS.machines ? (
          <p role="alert" className="font-medium text-bad">
            {t("rolloutWizard.targets.tooMany", { count: machines.length, most: PLAN_BOUNDS.machines })}
          </p>
        ) : null}
      </div>
      <MachineList label={t("rolloutWizard.targets.list")} machines={machines} subscriptionName={subscriptionName} />
    </CardBody>
  );
}

/** Which machines: the frozen list that another page handed over, or everything below a scope. */
export function StepTargets(props: StepTargetsProps) {
  const { targets, onScope } = props;
  return (
    <div className="grid grid-cols-1 min-w-0 items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <Card aria-labelledby="targets-title">
        <CardHeader
          id="targets-title"
          title={t("rolloutWizard.targets.title")}
          actions={
            targets === null ? undefined : (
              <Link href={pages.machines()} className={buttonClass({ size: "sm" })}>
                {t("rolloutWizard.targets.other")}
              </Link>
            )
          }
        />
        <Chosen {...props} />
      </Card>
      <Card aria-labelledby="scope-title">
        <CardHeader id="scope-title" title={t("rolloutWizard.targets.scopeTitle")} />
        <CardBody>
          <ScopeForm onScope={onScope} />
        </CardBody>
      </Card>
    </div>
  );
}

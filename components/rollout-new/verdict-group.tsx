"use client";

import { useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import type { PreflightGroup, RolloutPreflight } from "@/lib/domain/rollout/api";
import type { RolloutTarget } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { MachineList } from "./machine-list";
import { evidenceOf, fixOf, groupTitle, saysTheSame, VERDICT_TONES } from "./preflight-model";

/** Targets as the list draws them. */
export function listedTargets(targets: readonly RolloutTarget[], members: readonly number[]) {
  return members.flatMap((member) => {
    const target = targets[member];
    return target === undefined ? [] : [{ ...target, id: target.machineId }];
  });
}

export type VerdictGroupProps = {
  preflight: RolloutPreflight;
  group: PreflightGroup;
  subscriptionName: (id: string) => string;
};

function Members({ preflight, group, subscriptionName }: VerdictGroupProps) {
  const machines = useMemo(() => listedTargets(preflight.targets, group.members), [preflight, group]);
  const title = groupTitle(group);
  return (
    <MachineList
      label={title}
      machines={machines}
      subscriptionName={subscriptionName}
      tall
      {...(group.reason === null
        ? {}
        : {
            note: {
              title: t("rolloutWizard.targets.column.reason"),
              of: (position: number) => evidenceOf(preflight, group, group.members[position] ?? -1),
            },
          })}
    />
  );
}

/** Machines with the same verdict for the same reason: what was found, what to do, and each of them on demand. */
export function VerdictGroup(props: VerdictGroupProps) {
  const { preflight, group } = props;
  const [open, setOpen] = useState(false);
  const title = groupTitle(group);
  const first = group.members[0];
  const evidence = first === undefined || group.reason === null ? null : evidenceOf(preflight, group, first);
  const same = useMemo(() => saysTheSame(preflight, group), [preflight, group]);
  const fix = fixOf(preflight, group);
  return (
    <li className="grid gap-x-4 gap-y-1.5 border-line border-b px-4 py-3 last:border-b-0 sm:grid-cols-[8rem_minmax(0,1fr)_auto]">
      <div className="grid content-start justify-items-start gap-1">
        <Badge tone={VERDICT_TONES[group.verdict]}>{t(`rolloutWizard.preflight.verdict.${group.verdict}`)}</Badge>
        <span className="text-muted text-xs tabular-nums">
          {t("rolloutWizard.preflight.groupCount", { count: group.members.length })}
        </span>
      </div>
      <div className="grid grid-cols-1 min-w-0 gap-1 text-[0.8125rem]">
        <h3 className="font-medium">{title}</h3>
        {evidence === null ? null : (
          <p className="break-words text-muted">
            {same
              ? evidence
              : t("rolloutWizard.preflight.example", { name: preflight.targets[first ?? -1]?.name ?? "", evidence })}
          </p>
        )}
        {fix === "" ? null : (
          <p className="break-words">
            <span className="font-medium">{t("rolloutWizard.preflight.fix")}: </span>
            {fix}
          </p>
        )}
        {group.reason === null ? null : (
          <p className="text-2xs text-muted">
            {t("rolloutWizard.preflight.source")}: {group.reason.source}
          </p>
        )}
      </div>
      <div>
        <Button size="sm" aria-label={t("rolloutWizard.preflight.showOf", { title })} onClick={() => setOpen(true)}>
          {t("rolloutWizard.preflight.show")}
        </Button>
      </div>
      <Sheet
        open={open}
        onOpenChange={setOpen}
        title={title}
        description={t("rolloutWizard.preflight.groupCount", { count: group.members.length })}
        className="max-w-3xl"
      >
        <Members {...props} />
      </Sheet>
    </li>
  );
}

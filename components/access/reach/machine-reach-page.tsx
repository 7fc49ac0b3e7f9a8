"use client";

import { useRouter } from "next/navigation";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { CopyButton } from "@/components/ui/copy-button";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { MachineReachView } from "@/lib/domain/access/api";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { AtLeastNote } from "../at-least-note";
import { MachineQueryPage } from "../machine/machine-query-page";
import { useMachineReach } from "../machine/use-machine-access";
import { principalName } from "../principal-chip";
import { BlastRadius } from "./blast-radius";
import { ControlsCard } from "./controls-card";
import { GrantsTable } from "./grants-table";
import { RecipesCard } from "./recipes-card";

function Identity({ view }: { view: MachineReachView }) {
  if (view.identity === null) {
    return (
      <p role="note" className="rounded-lg border border-line bg-surface px-4 py-3 text-[0.8125rem]">
        {t("access.reach.noIdentity")}
      </p>
    );
  }
  const { principalId, displayName, groups } = view.identity;
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[0.8125rem]">
      <span>
        <span className="text-muted">{t("access.reach.identity")}: </span>
        <span className="font-medium">{displayName}</span>
      </span>
      <span className="inline-flex items-center gap-1">
        <code className="break-all font-mono text-xs">{principalId}</code>
        <CopyButton
          text={principalId}
          label={t("machine.copy", { what: t("access.reach.identityId") })}
          className="-my-1 size-6"
        />
      </span>
      <span>
        <span className="text-muted">{t("access.reach.identityGroups")}: </span>
        {groups.length === 0 ? t("access.reach.noGroups") : groups.map(principalName).join(", ")}
      </span>
    </p>
  );
}

function View({ view, machineRef }: { view: MachineReachView; machineRef: MachineRef }) {
  const router = useRouter();
  const back = pages.machineReach(machineRef);
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Identity view={view} />
        <CompletenessNote value={view.completeness} what={t("access.page.assignmentsRead")} />
      </div>
      <AtLeastNote reasons={view.atLeast} />
      <GrantsTable
        grants={view.grants}
        onRemove={({ assignmentId }) =>
          router.push(pages.accessChange(encodePreset({ changes: [{ kind: "remove", assignmentId }], back })))
        }
      />
      <BlastRadius view={view} />
      <ControlsCard view={view} />
      {view.identity === null ? null : <RecipesCard view={view} identity={view.identity} back={back} />}
    </div>
  );
}

/** What the identity of one machine may do and where, who can use it, and recipes that grant it more. */
export function MachineReachPage({ machineRef }: { machineRef: MachineRef }) {
  return (
    <MachineQueryPage
      machineRef={machineRef}
      current="reach"
      title={t("access.reach.title", { name: machineRef.name })}
      intro={t("access.reach.intro")}
      query={useMachineReach(machineRef)}
    >
      {(view) => <View view={view} machineRef={machineRef} />}
    </MachineQueryPage>
  );
}

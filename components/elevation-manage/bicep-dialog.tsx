"use client";

import { useMemo } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import type { ScheduleRow } from "@/lib/domain/elevation/manage/api";
import { eligibilityBicep } from "@/lib/domain/elevation/manage/bicep";
import type { ScheduleRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { hasBegun } from "./schedule-rows";

function requestOf(row: ScheduleRow, nowMs: number): ScheduleRequest {
  return {
    ...{ kind: "schedule", requestName: crypto.randomUUID(), of: row.of, requestType: "AdminAssign" },
    ...{ principalId: row.principal.id, roleId: row.role.id, scope: row.scope.id, targetScheduleId: null },
    // What runs already keeps no start: Azure refuses one in the past.
    startsAt: hasBegun(row, nowMs) ? null : row.startsAt,
    end: row.endsAt === null ? { kind: "none" } : { kind: "at", endsAt: row.endsAt },
    ...{ justification: "", ticket: null },
  };
}

/** Chosen eligibilities as Bicep files, one for each scope. */
export function BicepDialog({ rows, onClose }: { rows: readonly ScheduleRow[]; onClose: () => void }) {
  const files = useMemo(() => eligibilityBicep(rows.map((row) => requestOf(row, Date.now()))), [rows]);
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.eligibilities.bicepTitle")}
      description={t("elevationManage.eligibilities.bicepAbout")}
      className="sm:max-w-3xl"
    >
      {files.length === 0 ? <p>{t("elevationManage.eligibilities.bicepNone")}</p> : null}
      <div className="grid grid-cols-1 gap-3">
        {files.map(({ scope, text }) => (
          <CodeBlock
            key={scope}
            code={text}
            label={t("elevationManage.eligibilities.bicepFile", { scope })}
            copyLabel={t("elevationManage.eligibilities.copy", { scope })}
          />
        ))}
      </div>
    </Dialog>
  );
}

"use client";

import { CircleAlert } from "lucide-react";
import type { FieldError } from "@/lib/domain/errors";
import type { PlannedWave } from "@/lib/domain/rollout/plan";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { PlanAfter } from "./plan-after";
import { PlanPace, PlanRetries } from "./plan-failures";
import { hasAfter, type PlanForm } from "./plan-form";
import { PlanTime } from "./plan-time";
import { PlanWaves } from "./plan-waves";

export type StepPlanProps = {
  form: PlanForm;
  kind: WorkKindId;
  problems: readonly FieldError[];
  /** What the server said of the fields as they are. */
  refused: readonly FieldError[];
  waves: readonly PlannedWave[];
  /** Least seconds that sending takes; null while the machines are not known. */
  floorSeconds: number | null;
  onForm: (form: PlanForm) => void;
};

/** How the work is spread over time and what happens when machines fail. Begins with careful values. */
export function StepPlan({ form, kind, problems, refused, waves, floorSeconds, onForm }: StepPlanProps) {
  const wrong = [...problems, ...refused.filter(({ field }) => field.startsWith("plan."))];
  const error = (field: string) => wrong.find((problem) => problem.field === field)?.message;
  const part = { form, error, onForm };
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      {wrong.length === 0 ? null : (
        <p role="alert" className="flex items-center gap-2 font-medium text-[0.8125rem] text-bad">
          <CircleAlert aria-hidden className="size-4 shrink-0" />
          {t("rolloutWizard.plan.wrong")}
        </p>
      )}
      <PlanWaves {...part} waves={waves} />
      <div className="grid grid-cols-1 min-w-0 items-start gap-4 xl:grid-cols-2">
        <div className="grid grid-cols-1 min-w-0 gap-4">
          <PlanPace {...part} floorSeconds={floorSeconds} />
          <PlanTime {...part} />
        </div>
        <div className="grid grid-cols-1 min-w-0 gap-4">
          {hasAfter(kind) ? <PlanAfter {...part} /> : null}
          <PlanRetries {...part} />
        </div>
      </div>
    </div>
  );
}

"use client";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatNumber } from "@/lib/client/format";
import type { RolloutActionInput, RolloutActionResult } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import type { ActionPlan } from "./action-plan";
import { useRolloutAction } from "./use-rollout";

export type ActionDialogProps = {
  rolloutId: string;
  plan: ActionPlan;
  onClose: () => void;
  onDone: (plan: ActionPlan, result: RolloutActionResult) => void;
};

/** Asks before anything is done, and says what will happen to how many machines. */
export function ActionDialog({ rolloutId, plan, onClose, onDone }: ActionDialogProps) {
  const { send, sending, error } = useRolloutAction(rolloutId);
  const confirm = (input: RolloutActionInput) => {
    if (sending) return;
    send(input).then(
      (result) => onDone(plan, result),
      // The dialog shows it.
      () => undefined,
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={plan.title}
      footer={
        <>
          <Button onClick={onClose}>{t("rolloutLive.action.keep")}</Button>
          <Button variant={plan.danger ? "danger" : "primary"} aria-disabled={sending} onClick={() => confirm(plan.input)}>
            {sending ? t("rolloutLive.action.busy") : plan.button}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3 text-[0.8125rem]">
        <ul aria-label={t("rolloutLive.confirm.effects")} className="grid gap-1.5">
          {plan.effects.map(({ effect, count }) => (
            <li key={effect} className="flex items-baseline gap-2.5">
              <span className="min-w-10 text-right font-semibold text-base tabular-nums">{formatNumber(count)}</span>
              <span>{t(`rolloutLive.confirm.effect.${effect}`)}</span>
            </li>
          ))}
        </ul>
        <p className="text-muted">{plan.after}</p>
        {error === null ? null : <ProblemPanel problem={{ ...toClientProblem(error), title: t("rolloutLive.action.failed") }} />}
      </div>
    </Dialog>
  );
}

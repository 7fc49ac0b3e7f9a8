"use client";

import { Ban, Pause, Play } from "lucide-react";
import type { ReactNode } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import type { RolloutAction, RolloutView } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { type ActionPlan, cancelPlan, pausePlan, resumePlan } from "./action-plan";

export type Ask = (plan: ActionPlan) => void;

/** Why an action is off, as a sentence; null = it is on. */
function offReason({ controls }: Pick<RolloutView, "controls">, action: RolloutAction): string | null {
  const control = controls[action];
  if (control === undefined || control.allowed) return null;
  return t("rolloutLive.action.off", { reason: tDynamic(control.reason ?? "common.unknown") });
}

export type ActionButtonProps = {
  rollout: RolloutView;
  action: RolloutAction;
  onPress: () => void;
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  children: ReactNode;
};

/** Stays reachable while it is off, so that its reason is read out and shown. */
export function ActionButton({ rollout, action, onPress, variant, size, children }: ActionButtonProps) {
  const off = offReason(rollout, action);
  return (
    <Button
      variant={variant}
      size={size}
      aria-disabled={off !== null}
      title={off ?? undefined}
      onClick={() => (off === null ? onPress() : undefined)}
    >
      {children}
      {off === null ? null : <span className="sr-only">. {off}</span>}
    </Button>
  );
}

/** Pause, resume and cancel, as far as the state has them. A reason that holds for all of them is written once below. */
export function RolloutControls({ rollout, ask }: { rollout: RolloutView; ask: Ask }) {
  const { state } = rollout;
  // While it waits for a sign-in, resuming means: go on with mine. A sign-in to be confirmed has its button beside the reason.
  const mayCarry = rollout.waitingFor === "operator" && rollout.controls.resume.allowed && !rollout.confirmSignIn;
  const running: RolloutAction[] = mayCarry ? ["resume", "pause", "cancel"] : ["pause", "cancel"];
  const shown: RolloutAction[] =
    state === "running" ? running : state === "paused" || state === "held" ? ["resume", "cancel"] : [];
  const reasons = [...new Set(shown.map((action) => offReason(rollout, action)).filter((reason) => reason !== null))];
  if (shown.length === 0) return null;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap gap-2">
        {shown.includes("pause") ? (
          <ActionButton rollout={rollout} action="pause" onPress={() => ask(pausePlan(rollout))}>
            <Pause aria-hidden />
            {t("rolloutLive.action.pause")}
          </ActionButton>
        ) : null}
        {shown.includes("resume") ? (
          <ActionButton rollout={rollout} action="resume" variant="primary" onPress={() => ask(resumePlan(rollout))}>
            <Play aria-hidden />
            {t("rolloutLive.action.resume")}
          </ActionButton>
        ) : null}
        <ActionButton rollout={rollout} action="cancel" onPress={() => ask(cancelPlan(rollout))}>
          <Ban aria-hidden />
          {t("rolloutLive.action.cancel")}
        </ActionButton>
      </div>
      {reasons.map((reason) => (
        <p key={reason} className="max-w-md text-muted text-xs">
          {reason}
        </p>
      ))}
    </div>
  );
}

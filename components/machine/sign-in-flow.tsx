"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { StepList } from "@/components/ui/step-list";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useConfig } from "@/lib/client/config";
import { useDraft } from "@/lib/client/session-draft";
import { api } from "@/lib/config/routes";
import type { DeployInput, MachineDetail, OperationView } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { mdmError, mdmIdOf } from "@/lib/domain/mdm-choice";
import { extensionNameError } from "@/lib/domain/sign-in-extension";
import { t } from "@/messages/t";
import { activeOverrides, initialDraft, isFlowDraft, reasonsAgainst, STEPS, type Step } from "./flow-state";
import { StepChecks } from "./step-checks";
import { StepConsent } from "./step-consent";
import { StepReview } from "./step-review";
import { StepSettings } from "./step-settings";
import { machineKey } from "./use-machine";
import { operationKey } from "./use-operation";
import { isRefusal, useOperationId } from "./use-operation-id";
import { usePreflight } from "./use-preflight";

export type SignInFlowProps = {
  detail: MachineDetail;
  tenantId: string;
  /** The address names the operation before the request leaves, so that a reload at any moment finds it again. */
  onStarting: (operationId: string) => void;
  onSent: () => void;
  onRefused: () => void;
};

const STEP_TITLES = STEPS.map((id) => ({ id, title: t(`signIn.steps.${id}`) }));

function neighbour(step: Step, by: 1 | -1): Step | null {
  return STEPS[STEPS.indexOf(step) + by] ?? null;
}

/** The form that enables Entra sign-in on one machine: checks, settings, consent, and the request as it will be sent. */
export function SignInFlow({ detail, tenantId, onStarting, onSent, onRefused }: SignInFlowProps) {
  const { machine } = detail;
  const cloud = cloudById(useConfig().cloudId);
  const client = useQueryClient();
  const operationId = useOperationId();
  const [draft, setDraft, clearDraft] = useDraft(`signIn.${machine.id.toLowerCase()}`, initialDraft(detail), isFlowDraft);
  const panel = useRef<HTMLDivElement>(null);
  const shown = useRef(draft.step);

  // A new step takes the focus, else keyboard and screen reader stay on a button that has gone.
  useEffect(() => {
    if (shown.current !== draft.step) panel.current?.focus();
    shown.current = draft.step;
  }, [draft.step]);

  const input = { extensionName: draft.extensionName, mdmId: mdmIdOf(draft) };
  const sendable = extensionNameError(draft.extensionName) === null && mdmError(draft) === null;
  const preflight = usePreflight(machine, input, sendable && draft.step !== "settings");
  const checks = preflight.isPlaceholderData ? null : (preflight.data?.checks ?? null);
  const deploy = useMutation({
    mutationFn: () => {
      onStarting(operationId.id);
      const body: DeployInput = {
        ...input,
        consent: true,
        overrides: activeOverrides(draft, checks ?? []),
        typedMachineName: draft.typedName,
        operationId: operationId.id,
      };
      return apiFetch<OperationView>(api.deployments(machine), { method: "POST", body });
    },
    onError: (error) => {
      // Without an answer the operation may exist, so the address keeps it and the page looks for it.
      if (isRefusal(error)) onRefused();
      else onSent();
      operationId.afterError(error);
    },
    onSuccess: (operation) => {
      clearDraft();
      client.setQueryData(operationKey(operation.id), operation);
      onSent();
      void client.invalidateQueries({ queryKey: machineKey(machine) });
    },
  });
  const go = (step: Step | null) => step !== null && setDraft({ ...draft, step });
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <StepList label={t("signIn.steps.label")} steps={STEP_TITLES} current={draft.step} onSelect={go} />
      <div ref={panel} tabIndex={-1} className="min-w-0 focus:outline-none">
        {draft.step === "preflight" ? (
          <StepChecks
            detail={detail}
            cloud={cloud}
            tenantId={tenantId}
            draft={draft}
            onDraft={setDraft}
            result={preflight.data}
            problem={preflight.error === null ? null : toClientProblem(preflight.error)}
            checking={preflight.isFetching}
            onCheck={() => void client.invalidateQueries({ queryKey: machineKey(machine) })}
          />
        ) : null}
        {draft.step === "settings" ? <StepSettings draft={draft} onDraft={setDraft} /> : null}
        {draft.step === "consent" ? (
          <StepConsent name={machine.name} draft={draft} onDraft={setDraft} checks={preflight.data?.checks ?? []} />
        ) : null}
        {draft.step === "request" ? (
          <StepReview
            detail={detail}
            cloud={cloud}
            draft={draft}
            reasons={reasonsAgainst(draft, detail, checks)}
            sending={deploy.isPending}
            problem={deploy.error === null ? null : toClientProblem(deploy.error)}
            onDeploy={() => deploy.mutate()}
          />
        ) : null}
      </div>
      <div className="flex justify-between gap-2">
        <Button disabled={neighbour(draft.step, -1) === null} onClick={() => go(neighbour(draft.step, -1))}>
          {t("signIn.previous")}
        </Button>
        {neighbour(draft.step, 1) === null ? null : (
          <Button variant="primary" onClick={() => go(neighbour(draft.step, 1))}>
            {t("signIn.next")}
          </Button>
        )}
      </div>
    </div>
  );
}

"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RequestPreview } from "@/components/ui/request-preview";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useConfig } from "@/lib/client/config";
import { api } from "@/lib/config/routes";
import type { EnableIdentityInput, MachineDetail, OperationView } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { enableIdentityRequest } from "@/lib/domain/sign-in-extension";
import { identityTemplates } from "@/lib/domain/templates";
import { t } from "@/messages/t";
import { Fact, Facts } from "./facts";
import { useOperationId } from "./use-operation-id";

export type IdentityDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  detail: MachineDetail;
  tenantId: string;
  onChanged: () => void;
};

/** Asks before the identity is switched on: exact target, effect, and the request as it will be sent. */
export function IdentityDialog({ open, onOpenChange, detail, tenantId, onChanged }: IdentityDialogProps) {
  const cloud = cloudById(useConfig().cloudId);
  const { machine } = detail;
  const operationId = useOperationId();
  const args = { cloud, ref: machine, currentIdentity: machine.identity.raw };
  const enable = useMutation({
    mutationFn: () =>
      apiFetch<OperationView>(api.identity(machine), {
        method: "PATCH",
        body: { confirm: true, operationId: operationId.id } satisfies EnableIdentityInput,
      }),
    onError: operationId.afterError,
    onSuccess: () => {
      operationId.renew();
      onChanged();
      onOpenChange(false);
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("machine.identity.dialogTitle", { name: machine.name })}
      description={t("machine.identity.dialogEffect", { tenant: tenantId })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button variant="primary" disabled={enable.isPending} onClick={() => enable.mutate()}>
            {t("machine.identity.dialogConfirm", { name: machine.name })}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <p className="text-[0.8125rem] text-muted">{t("machine.identity.dialogKeep")}</p>
        <Facts>
          <Fact label={t("machine.identity.dialogTarget")}>
            <code className="break-all font-mono text-xs">{machine.id}</code>
          </Fact>
        </Facts>
        <RequestPreview request={enableIdentityRequest(args)} templates={identityTemplates(args)} />
        {enable.error === null ? null : <ProblemPanel problem={toClientProblem(enable.error)} />}
      </div>
    </Dialog>
  );
}

"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RequestPreview } from "@/components/ui/request-preview";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useConfig } from "@/lib/client/config";
import { api, pages } from "@/lib/config/routes";
import type { OperationView, UninstallInput } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import type { Machine } from "@/lib/domain/machine";
import { uninstallRequest } from "@/lib/domain/sign-in-extension";
import { uninstallTemplates } from "@/lib/domain/templates";
import { t } from "@/messages/t";
import { useOperationId } from "./use-operation-id";

export type UninstallDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  machine: Machine;
  extensionName: string;
};

/** Removal of the sign-in extension: consequences first, then the machine's name typed, then the operation's own page. */
export function UninstallDialog({ open, onOpenChange, machine, extensionName }: UninstallDialogProps) {
  const router = useRouter();
  const cloud = cloudById(useConfig().cloudId);
  const [typed, setTyped] = useState("");
  const operationId = useOperationId();
  const args = { cloud, ref: machine, extensionName };
  const uninstall = useMutation({
    mutationFn: () =>
      apiFetch<OperationView>(api.extension(machine, extensionName), {
        method: "DELETE",
        body: { typedMachineName: typed, operationId: operationId.id } satisfies UninstallInput,
      }),
    onError: operationId.afterError,
    onSuccess: (operation) => router.push(pages.operation(operation.id)),
  });
  const names = { extension: extensionName, name: machine.name };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("signIn.uninstall.title", names)}
      description={t("signIn.uninstall.effect", { name: machine.name })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button variant="danger" disabled={typed !== machine.name || uninstall.isPending} onClick={() => uninstall.mutate()}>
            {t("signIn.uninstall.confirm", { name: machine.name })}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <p className="text-[0.8125rem] text-muted">{t("signIn.uninstall.device")}</p>
        <Field label={t("signIn.uninstall.typeName", { name: machine.name })}>
          {(control) => (
            <Input
              {...control}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <RequestPreview request={uninstallRequest(args)} templates={uninstallTemplates(args)} />
        {uninstall.error === null ? null : <ProblemPanel problem={toClientProblem(uninstall.error)} />}
      </div>
    </Dialog>
  );
}

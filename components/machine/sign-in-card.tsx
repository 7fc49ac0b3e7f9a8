"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { pages } from "@/lib/config/routes";
import type { MachineDetail, OperationView } from "@/lib/domain/api";
import { isDomainJoined } from "@/lib/domain/join-state";
import { MINIMUM_BUILD, osSupport } from "@/lib/domain/os-support";
import { t } from "@/messages/t";
import { Fact, Facts } from "./facts";
import { FailurePanel } from "./failure-panel";
import { operationTitle } from "./operation-words";
import { refusalFor } from "./permission";
import { OPERATION_TONE, SIGN_IN_TONE } from "./tones";
import { UninstallDialog } from "./uninstall-dialog";

function stateWords(detail: MachineDetail): string | null {
  const { name, osFamily } = detail.machine;
  switch (detail.signIn.state) {
    case "notInstalled":
      return t("machine.signIn.notInstalled");
    case "succeeded":
      return osFamily === "linux" ? t("machine.signIn.succeededLinux") : t("machine.signIn.succeeded", { name });
    case "creating":
    case "updating":
    case "deleting":
      return t("machine.signIn.running");
    case "failed":
      return detail.signIn.failure === null ? t("machine.signIn.failedUnexplained") : null;
    case "canceled":
    case "unknown":
      return detail.signIn.extension?.provisioningState ?? null;
  }
}

/** Why the flow is not offered on this machine, in words; null when it is. The flow itself checks everything else. */
function hindrance(detail: MachineDetail): string | null {
  const { machine } = detail;
  if (machine.osFamily === "linux") return t("machine.signIn.linux");
  const support = osSupport(machine);
  if (support.gate === "unsupported") {
    return t("machine.signIn.unsupported", {
      product: support.product ?? machine.osSku ?? machine.name,
      minimum: String(MINIMUM_BUILD),
    });
  }
  return isDomainJoined(machine.domainName) === true ? t("machine.signIn.domainBlocks") : null;
}

function YourAccess({ detail }: { detail: MachineDetail }) {
  if (!detail.permissions.known) return t("machine.permission.unknown", { reason: detail.permissions.reason });
  const { signInAsAdministrator, signInAsUser } = detail.permissions.value;
  if (signInAsAdministrator.allowed === true) return t("machine.signIn.youAsAdministrator");
  return signInAsUser.allowed === true ? t("machine.signIn.youAsUser") : t("machine.signIn.youNot");
}

function Running({ operations }: { operations: readonly OperationView[] }) {
  if (operations.length === 0) return null;
  return (
    <div className="rounded-md border border-info/35 bg-info-soft/50 px-3 py-2.5 text-[0.8125rem]">
      <h3 className="font-medium">{t("machine.signIn.runningNow")}</h3>
      <ul className="mt-1 grid grid-cols-1 gap-1">
        {operations.map((operation) => (
          <li key={operation.id} className="flex flex-wrap items-center gap-2">
            <Link href={pages.operation(operation.id)} className="text-link underline">
              {operationTitle(operation)}
            </Link>
            <Badge tone={OPERATION_TONE[operation.state]}>{t(`machine.operation.states.${operation.state}`)}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Actions({ detail, onUninstall }: { detail: MachineDetail; onUninstall: () => void }) {
  const { signIn, machine } = detail;
  const mayDelete = refusalFor(detail.permissions, "deleteExtension");
  const mayWrite = refusalFor(detail.permissions, "writeExtension");
  const blocked = hindrance(detail);
  const offers = signIn.state !== "succeeded" || signIn.mdmIdMissing;
  const label = signIn.mdmIdMissing && signIn.state === "succeeded" ? t("machine.signIn.repair") : t("machine.signIn.enable");
  const reasons = [blocked, mayWrite, signIn.extension === null ? null : mayDelete].filter((reason) => reason !== null);
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap gap-2">
        {!offers || machine.osFamily === "linux" ? null : blocked !== null || mayWrite !== null ? (
          <Button variant="primary" disabled aria-describedby="sign-in-reasons">
            {label}
          </Button>
        ) : (
          <Link href={pages.enableSignIn(machine)} className={buttonClass({ variant: "primary" })}>
            {label}
          </Link>
        )}
        {signIn.extension === null ? null : (
          <Button
            disabled={mayDelete !== null}
            aria-describedby={mayDelete === null ? undefined : "sign-in-reasons"}
            onClick={onUninstall}
          >
            {t("machine.signIn.uninstall")}
          </Button>
        )}
      </div>
      {reasons.length === 0 ? null : (
        <div id="sign-in-reasons" className="grid grid-cols-1 gap-0.5 text-muted text-xs">
          {[...new Set(reasons)].map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      )}
      {blocked !== null && machine.osFamily !== "linux" && offers ? (
        <Link href={pages.enableSignIn(machine)} className="text-[0.8125rem] text-link underline">
          {t("machine.signIn.showChecks")}
        </Link>
      ) : null}
    </div>
  );
}

/** Whether people can sign in with Entra accounts, what is wrong if not, and what the operator may do about it. */
export function SignInCard({ detail }: { detail: MachineDetail }) {
  const [removing, setRemoving] = useState(false);
  const { signIn } = detail;
  const words = stateWords(detail);
  return (
    <Card id="sign-in" aria-labelledby="sign-in-title" className="scroll-mt-24">
      <CardHeader
        id="sign-in-title"
        title={t("machine.signIn.title")}
        actions={<Badge tone={SIGN_IN_TONE[signIn.state]}>{t(`machine.signIn.states.${signIn.state}`)}</Badge>}
      />
      <CardBody className="grid grid-cols-1 gap-4">
        {words === null ? null : <p className="text-[0.8125rem]">{words}</p>}
        <Running operations={detail.runningOperations} />
        {signIn.mdmIdMissing ? <p className="text-[0.8125rem] text-warn">{t("machine.signIn.mdmIdMissing")}</p> : null}
        {signIn.failure === null ? null : <FailurePanel failure={signIn.failure} />}
        <Facts>
          <Fact label={t("machine.signIn.you")}>
            <YourAccess detail={detail} />
          </Fact>
          {signIn.extension === null ? null : (
            <>
              <Fact label={t("machine.signIn.extension")}>
                {signIn.extension.name} <span className="text-muted">{signIn.extension.typeHandlerVersion ?? ""}</span>
              </Fact>
              <Fact label={t("machine.signIn.settings")}>
                <code className="break-all font-mono text-xs">{JSON.stringify(signIn.extension.settings)}</code>
              </Fact>
            </>
          )}
        </Facts>
        <Actions detail={detail} onUninstall={() => setRemoving(true)} />
      </CardBody>
      {signIn.extension === null ? null : (
        <UninstallDialog
          open={removing}
          onOpenChange={setRemoving}
          machine={detail.machine}
          extensionName={signIn.extension.name}
        />
      )}
    </Card>
  );
}

"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { formatDateTime } from "@/lib/client/format";
import type { MachineDetail, ServicePrincipalInfo } from "@/lib/domain/api";
import { usesMachineIdentity } from "@/lib/domain/extension-identity";
import { hasSystemAssigned } from "@/lib/domain/machine-mapping";
import { t } from "@/messages/t";
import { Fact, Facts, IdText } from "./facts";
import { IdentityDialog } from "./identity-dialog";
import { UnknownNote } from "./known-note";
import { refusalFor } from "./permission";

function keyStoreWords(keyStore: string | null): string {
  if (keyStore === null) return t("machine.identity.keyStoreUnknown");
  if (keyStore.toLowerCase() === "tpm") return t("machine.identity.keyStoreTpm");
  return keyStore.toLowerCase() === "default" ? t("machine.identity.keyStoreFile") : keyStore;
}

function ServicePrincipal({ value, nameMatches }: { value: ServicePrincipalInfo; nameMatches: boolean | null }) {
  return (
    <>
      <Fact label={t("machine.identity.servicePrincipal")}>
        <span className="font-medium">{value.displayName}</span>
        <span className={nameMatches === false ? "block text-warn text-xs" : "block text-muted text-xs"}>
          {nameMatches === false
            ? t("machine.identity.nameDiffers", { name: value.displayName })
            : nameMatches === true
              ? t("machine.identity.nameMatches")
              : null}
        </span>
        {value.accountEnabled ? null : <span className="block text-bad text-xs">{t("machine.identity.disabled")}</span>}
      </Fact>
      <Fact label={t("machine.identity.appId")}>
        <IdText value={value.appId} what={t("machine.identity.appId")} />
      </Fact>
      <Fact label={t("machine.identity.created")}>
        {value.createdAt === null ? t("machine.known.unknown") : formatDateTime(value.createdAt)}
      </Fact>
    </>
  );
}

function UserAssigned({ detail }: { detail: MachineDetail }) {
  const list = detail.machine.identity.userAssigned;
  if (list.length === 0) return t("machine.identity.noUserAssigned");
  return (
    <ul className="grid grid-cols-1 gap-1.5">
      {list.map((identity) => (
        <li key={identity.id}>
          <IdText value={identity.id} what={identity.id.split("/").at(-1) ?? identity.id} />
          {identity.clientId === null ? null : (
            <span className="block text-muted text-xs">
              {t("machine.identity.clientId")} <code className="font-mono">{identity.clientId}</code>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function identityUsers(detail: MachineDetail): string {
  if (!detail.extensions.known) return t("machine.known.unknown");
  const names = detail.extensions.value.filter(usesMachineIdentity).map((extension) => extension.name);
  return names.length === 0 ? t("machine.identity.noUsers") : names.join(", ");
}

/** The managed identity of the machine and its service principal in Entra. */
export function IdentityCard({
  detail,
  tenantId,
  onChanged,
}: {
  detail: MachineDetail;
  tenantId: string;
  onChanged: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const { identity } = detail.machine;
  const missing = hasSystemAssigned(identity.kind) === false;
  const refusal = refusalFor(detail.permissions, "writeMachine");
  const otherTenant = identity.tenantId !== null && identity.tenantId.toLowerCase() !== tenantId.toLowerCase();
  return (
    <Card id="identity" aria-labelledby="identity-title" className="scroll-mt-24">
      <CardHeader
        id="identity-title"
        title={t("machine.identity.title")}
        description={t("machine.identity.about")}
        actions={
          <Badge tone={missing ? "bad" : identity.kind === "Unknown" ? "quiet" : "ok"}>
            {identity.kind === "Unknown" && identity.raw !== "" ? identity.raw : t(`machine.identity.kinds.${identity.kind}`)}
          </Badge>
        }
      />
      <CardBody className="grid grid-cols-1 gap-4">
        {missing ? (
          <div className="grid grid-cols-1 justify-items-start gap-2 rounded-md border border-bad/35 bg-bad-soft/40 px-3 py-2.5 text-[0.8125rem]">
            <p>{t("machine.identity.missing")}</p>
            <Button
              variant="primary"
              size="sm"
              disabled={refusal !== null}
              aria-describedby={refusal === null ? undefined : "identity-refusal"}
              onClick={() => setAsking(true)}
            >
              {t("machine.identity.switchOn")}
            </Button>
            {refusal === null ? null : (
              <p id="identity-refusal" className="text-muted text-xs">
                {refusal}
              </p>
            )}
          </div>
        ) : null}
        <Facts>
          <Fact label={t("machine.identity.principalId")}>
            <IdText value={identity.principalId} what={t("machine.identity.principalId")} />
          </Fact>
          <Fact label={t("machine.identity.tenantId")}>
            <IdText value={identity.tenantId} what={t("machine.identity.tenantId")} />
            {otherTenant ? <span className="block text-bad text-xs">{t("machine.identity.otherTenant")}</span> : null}
          </Fact>
          {detail.servicePrincipal.known ? (
            <ServicePrincipal value={detail.servicePrincipal.value} nameMatches={detail.nameMatches} />
          ) : (
            <Fact label={t("machine.identity.servicePrincipal")}>
              <UnknownNote part={detail.servicePrincipal} />
            </Fact>
          )}
          <Fact label={t("machine.identity.keyStore")}>{keyStoreWords(detail.machine.identityKeyStore)}</Fact>
          <Fact label={t("machine.identity.userAssigned")}>
            <UserAssigned detail={detail} />
          </Fact>
          <Fact label={t("machine.identity.users")}>{identityUsers(detail)}</Fact>
        </Facts>
        <details className="text-[0.8125rem]">
          <summary className="font-medium text-link">{t("machine.identity.explain")}</summary>
          <p className="mt-1.5 text-muted">{t("machine.identity.explainText")}</p>
        </details>
      </CardBody>
      <IdentityDialog open={asking} onOpenChange={setAsking} detail={detail} tenantId={tenantId} onChanged={onChanged} />
    </Card>
  );
}

"use client";

import { useEffect } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { useConfig } from "@/lib/client/config";
import type { MachineDetail } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { t } from "@/messages/t";
import { ActivityCard } from "./activity-card";
import { AgentCard } from "./agent-card";
import { CertificateCard } from "./certificate-card";
import { EndpointTests } from "./endpoint-tests";
import { ExtensionsCard } from "./extensions-card";
import { IdentityCard } from "./identity-card";
import { MachineHeader } from "./machine-header";
import { ProtectionCard } from "./protection-card";
import { RawCard } from "./raw-card";
import { SectionNav } from "./section-nav";
import { SignInCard } from "./sign-in-card";

export type MachineViewProps = {
  detail: MachineDetail;
  /** Tenant of the operator's session, which the subscription trusts. */
  tenantId: string;
  refreshing: boolean;
  onRefresh: () => void;
};

/** Parts appear after the data has come, so the browser's own jump to the address's part has found nothing. */
function useDeepLink(): void {
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (id !== "") document.getElementById(id)?.scrollIntoView({ block: "start" });
  }, []);
}

export function MachineView({ detail, tenantId, refreshing, onRefresh }: MachineViewProps) {
  useDeepLink();
  const cloud = cloudById(useConfig().cloudId);
  const nowMs = Date.parse(detail.asOf);
  const { machine } = detail;
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <MachineHeader detail={detail} tenant={tenantId} nowMs={nowMs} refreshing={refreshing} onRefresh={onRefresh} />
      <SectionNav machineRef={machine} />
      <div className="grid min-w-0 items-start gap-4 xl:grid-cols-2">
        <div className="grid grid-cols-1 min-w-0 gap-4">
          <SignInCard detail={detail} />
          <IdentityCard detail={detail} tenantId={tenantId} onChanged={onRefresh} />
          <ProtectionCard machine={machine} />
        </div>
        <div className="grid grid-cols-1 min-w-0 gap-4">
          <CertificateCard detail={detail} nowMs={nowMs} />
          <AgentCard detail={detail} nowMs={nowMs} />
        </div>
      </div>
      <ExtensionsCard detail={detail} />
      <Card id="network" aria-labelledby="network-title" className="scroll-mt-24">
        <CardHeader id="network-title" title={t("machine.sections.network")} description={t("signIn.endpoints.title")} />
        <CardBody>
          <EndpointTests
            cloud={cloud}
            osFamily={machine.osFamily}
            tenantId={machine.identity.tenantId ?? tenantId}
            location={machine.location}
          />
        </CardBody>
      </Card>
      <ActivityCard detail={detail} nowMs={nowMs} />
      <RawCard raw={detail.raw} />
    </div>
  );
}

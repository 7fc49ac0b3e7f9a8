"use client";

import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { TimeText } from "@/components/ui/time-text";
import { useConfig } from "@/lib/client/config";
import { formatDateTime } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { MachineDetail } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { azurePortalLink } from "@/lib/domain/endpoints";
import { identityMode } from "@/lib/domain/identity-mode";
import { entraJoined } from "@/lib/domain/join-state";
import type { Machine } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { Fact, Facts, IdText } from "./facts";
import { STATUS_TONE } from "./tones";

function FactPanel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-3 shadow-card">
      <p className="text-muted text-xs">{title}</p>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.8125rem]">{children}</div>
    </div>
  );
}

function ArcFact({ machine, nowMs }: { machine: Machine; nowMs: number }) {
  return (
    <FactPanel title={t("machine.header.arc")}>
      <Badge tone={STATUS_TONE[machine.status]}>
        {machine.status === "Unknown" && machine.statusRaw !== "" ? machine.statusRaw : t(`machine.status.${machine.status}`)}
      </Badge>
      <span className="text-muted">
        {machine.lastStatusChangeAt === null ? (
          t("machine.header.noChange")
        ) : (
          <>
            {t("machine.header.changed", { time: formatDateTime(machine.lastStatusChangeAt) })} (
            <TimeText value={machine.lastStatusChangeAt} now={nowMs} />)
          </>
        )}
      </span>
      {machine.statusReason === null ? null : (
        <span className="w-full text-muted">
          {t("machine.header.reason")}: {machine.statusReason}
        </span>
      )}
      {machine.status === "Unknown" && machine.statusRaw !== "" ? (
        <span className="w-full text-muted text-xs">{t("machine.header.statusUnknown", { status: machine.statusRaw })}</span>
      ) : null}
    </FactPanel>
  );
}

const JOIN_TEXT = {
  yes: "machine.header.joined",
  no: "machine.header.notJoined",
  unknown: "machine.header.joinUnknown",
} as const;

function EntraFact({ detail }: { detail: MachineDetail }) {
  const joined = entraJoined(detail.machine.osFamily, detail.signIn.state);
  return (
    <FactPanel title={t("machine.header.entra")}>
      <Badge tone={joined === "yes" ? "ok" : "quiet"}>{t(JOIN_TEXT[joined])}</Badge>
      <span className="text-muted">
        {t("machine.header.mode")}:{" "}
        {t(`machine.mode.${identityMode(detail.joinState)}`, { domain: detail.machine.domainName ?? t("machine.known.unknown") })}
      </span>
    </FactPanel>
  );
}

function Errors({ machine }: { machine: Machine }) {
  if (machine.errorDetails.length === 0) return null;
  return (
    <div role="note" className="rounded-lg border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]">
      <p className="font-semibold">{t("machine.header.errors")}</p>
      <ul className="mt-1 grid grid-cols-1 gap-1">
        {machine.errorDetails.map((error) => (
          <li key={`${error.code}-${error.message}`} className="break-words">
            <code className="font-mono text-xs">{error.code}</code> {error.message}
          </li>
        ))}
      </ul>
    </div>
  );
}

export type MachineHeaderProps = {
  detail: MachineDetail;
  tenant: string;
  nowMs: number;
  refreshing: boolean;
  onRefresh: () => void;
};

/** Who the machine is, and the two facts that people confuse, kept apart: connected to Arc, and joined to Entra. */
export function MachineHeader({ detail, tenant, nowMs, refreshing, onRefresh }: MachineHeaderProps) {
  const { machine } = detail;
  const config = useConfig();
  const onboarded = machine.createdAt === null ? t("machine.known.unknown") : formatDateTime(machine.createdAt);
  return (
    <header className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="break-words font-semibold text-xl tracking-tight">{machine.name}</h1>
          <p className="text-[0.8125rem] text-muted">
            {machine.osSku ?? machine.osName ?? t("machine.header.osUnknown")} {machine.osVersion ?? ""}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
          <a
            href={azurePortalLink(cloudById(config.cloudId), tenant, machine.id)}
            target="_blank"
            rel="noreferrer"
            title={config.localMode ? t("machine.header.azurePortalLocal") : undefined}
            className="text-link underline"
          >
            {t("machine.header.azurePortal")}
          </a>
          <span>{t("machine.header.asOf", { time: formatDateTime(detail.asOf) })}</span>
          <Button size="sm" onClick={onRefresh} disabled={refreshing}>
            <RefreshCw aria-hidden className={refreshing ? "animate-spin" : ""} />
            {t("machine.header.refresh")}
          </Button>
        </div>
      </div>
      <div className="grid gap-3 md:grid-cols-2">
        <ArcFact machine={machine} nowMs={nowMs} />
        <EntraFact detail={detail} />
      </div>
      <p className="text-muted text-xs">
        {t("machine.header.explain")}{" "}
        <Link href={pages.glossary()} className="text-link underline">
          {t("machine.header.glossary")}
        </Link>
      </p>
      <Errors machine={machine} />
      <div className="grid gap-x-8 gap-y-2.5 rounded-lg border border-line bg-surface px-4 py-3 shadow-card lg:grid-cols-2">
        <Facts>
          <Fact label={t("machine.header.tenant")}>
            <IdText value={tenant} what={t("machine.header.tenant")} />
          </Fact>
          <Fact label={t("machine.header.subscription")}>
            {detail.subscriptionName === null ? null : <span className="block">{detail.subscriptionName}</span>}
            <IdText value={machine.subscriptionId} what={t("machine.header.subscription")} />
          </Fact>
          <Fact label={t("machine.header.group")}>{machine.resourceGroup}</Fact>
        </Facts>
        <Facts>
          <Fact label={t("machine.header.onboarded")}>
            {onboarded}
            {machine.createdBy === null ? null : (
              <span className="block break-all text-muted text-xs">
                {t(
                  machine.createdByType === "Application"
                    ? "machine.header.onboardedByApplication"
                    : "machine.header.onboardedBy",
                  {
                    who: machine.createdBy,
                  },
                )}
              </span>
            )}
          </Fact>
          <Fact label={t("machine.header.region")}>{machine.location}</Fact>
          <Fact label={t("machine.header.id")}>
            <IdText value={machine.id} what={t("machine.header.id")} />
          </Fact>
        </Facts>
      </div>
    </header>
  );
}

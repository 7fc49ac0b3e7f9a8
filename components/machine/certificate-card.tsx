"use client";

import { TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { formatDate, formatDateTime } from "@/lib/client/format";
import type { CertificateVerdict, MachineDetail } from "@/lib/domain/api";
import { type CertificateKey, RENEWAL_WINDOW_DAYS } from "@/lib/domain/certificate";
import { newestKey } from "@/lib/domain/certificate-state";
import { t, tDynamic } from "@/messages/t";
import { Fact, Facts } from "./facts";
import { UnknownNote } from "./known-note";
import { CERTIFICATE_TONE } from "./tones";
import { ValidityBar } from "./validity-bar";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Whole days; inside the renewal window also the hours, so that "45 days" never stands beside "more than 45". */
function daysWords(certificate: CertificateVerdict, nowMs: number): string | null {
  const { daysLeft, endsAt } = certificate;
  if (daysLeft === null) return null;
  const hours = endsAt === null ? 0 : Math.floor((Date.parse(endsAt) - nowMs) / HOUR_MS) - daysLeft * DAY_HOURS;
  if (daysLeft > 0 && daysLeft <= RENEWAL_WINDOW_DAYS && hours > 0 && hours < DAY_HOURS) {
    return t("machine.certificate.daysHoursLeft", {
      days: t("common.days", { count: daysLeft }),
      hours: t("common.hours", { count: hours }),
    });
  }
  const days = t("common.days", { count: Math.abs(daysLeft) });
  if (daysLeft < 0) return t("machine.certificate.over", { days });
  return daysLeft === 0 ? t("machine.certificate.lastDay") : t("machine.certificate.daysLeft", { days });
}

/** Times inside a rule arrive as ISO text and are written for people. */
function ruleWords({ rule }: CertificateVerdict): string {
  const { since } = rule.values;
  const values = typeof since === "string" && since !== "" ? { ...rule.values, since: formatDateTime(since) } : rule.values;
  return tDynamic(rule.key, values);
}

function Disagreement({ certificate }: { certificate: CertificateVerdict }) {
  if (certificate.disagreement === null) return null;
  const { arm, certificate: ends } = certificate.disagreement;
  return (
    <div role="note" className="flex gap-2.5 rounded-md border border-warn/40 bg-warn-soft/50 px-3 py-2 text-[0.8125rem]">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <p>
        <span className="font-semibold">{t("machine.certificate.disagreement")}.</span>{" "}
        {t("machine.certificate.disagreementText", { arm, certificate: formatDateTime(ends) })}
      </p>
    </div>
  );
}

function KeyHistory({ keys }: { keys: readonly CertificateKey[] }) {
  if (keys.length === 0) return <p className="text-[0.8125rem] text-muted">{t("machine.certificate.noHistory")}</p>;
  const newest = newestKey(keys);
  const sorted = keys.toSorted((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt));
  return (
    <Table caption={t("machine.certificate.historyAbout")}>
      <thead>
        <tr>
          <Th>{t("machine.certificate.starts")}</Th>
          <Th>{t("machine.certificate.ends")}</Th>
          <Th>{t("machine.certificate.validity")}</Th>
          <Th>{t("machine.certificate.thumbprint")}</Th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((key) => (
          <tr key={key.keyId}>
            <Td className="whitespace-nowrap" title={formatDateTime(key.startsAt)}>
              {formatDate(key.startsAt)}
            </Td>
            <Td className="whitespace-nowrap" title={formatDateTime(key.endsAt)}>
              {formatDate(key.endsAt)}
            </Td>
            <Td>
              {key === newest ? <Badge tone="ok">{t("machine.certificate.current")}</Badge> : t("machine.certificate.earlier")}
            </Td>
            <Td className="max-w-40 truncate font-mono text-xs" title={key.thumbprint ?? key.keyId}>
              {key.thumbprint ?? key.keyId}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The certificate of the machine's identity: how long it lives, by which rule, and how it was renewed. */
export function CertificateCard({ detail, nowMs }: { detail: MachineDetail; nowMs: number }) {
  const { certificate, servicePrincipal } = detail;
  const days = daysWords(certificate, nowMs);
  return (
    <Card id="certificate" aria-labelledby="certificate-title" className="scroll-mt-24">
      <CardHeader
        id="certificate-title"
        title={t("machine.certificate.title")}
        description={t("machine.certificate.about")}
        actions={<Badge tone={CERTIFICATE_TONE[certificate.state]}>{t(`certificate.state.${certificate.state}`)}</Badge>}
      />
      <CardBody className="grid grid-cols-1 gap-4">
        {days === null ? null : <p className="font-semibold text-xl tracking-tight">{days}</p>}
        <ValidityBar certificate={certificate} nowMs={nowMs} />
        <Disagreement certificate={certificate} />
        <Facts>
          <Fact label={t("machine.certificate.rule")}>{ruleWords(certificate)}</Fact>
          {certificate.endsAt === null ? null : (
            <Fact label={t("machine.certificate.ends")}>{formatDateTime(certificate.endsAt)}</Fact>
          )}
          {certificate.estimate === null ? null : (
            <Fact label={t("machine.certificate.estimate")}>
              {t("machine.certificate.estimateRange", {
                from: formatDate(certificate.estimate.from),
                to: formatDate(certificate.estimate.to),
              })}
              <span className="block text-muted text-xs">{t("machine.certificate.estimateNote")}</span>
            </Fact>
          )}
        </Facts>
        <div className="grid grid-cols-1 gap-2">
          <h3 className="font-medium text-[0.8125rem]">{t("machine.certificate.history")}</h3>
          {servicePrincipal.known ? <KeyHistory keys={servicePrincipal.value.keys} /> : <UnknownNote part={servicePrincipal} />}
        </div>
      </CardBody>
    </Card>
  );
}

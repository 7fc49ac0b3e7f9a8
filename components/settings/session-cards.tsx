"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Table, Td, Th } from "@/components/ui/table";
import type { SessionInfo } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { FactList } from "./fact-list";

export function SessionCard({ info }: { info: SessionInfo }) {
  const tenant = info.tenants.find((item) => item.current);
  const { operator } = info;
  return (
    <Card aria-labelledby="session">
      <CardHeader id="session" title={t("settings.session.title")} />
      <FactList
        facts={[
          { label: t("settings.session.name"), value: operator.name },
          { label: t("settings.session.signInName"), value: operator.userPrincipalName },
          {
            label: t("settings.session.kind"),
            value: operator.isGuest ? t("settings.session.guest") : t("settings.session.member"),
          },
          {
            label: t("settings.session.objectId"),
            value: <code className="font-mono text-xs">{operator.objectId}</code>,
            copy: operator.objectId,
          },
          {
            label: t("settings.session.tenant"),
            value: tenant === undefined ? t("common.unknown") : `${tenant.displayName} (${tenant.defaultDomain})`,
          },
          {
            label: t("settings.session.tenantId"),
            value: <code className="font-mono text-xs">{operator.tenantId}</code>,
            copy: operator.tenantId,
          },
          {
            label: t("settings.session.roles"),
            value: info.portalRoles.length === 0 ? t("settings.session.noRoles") : info.portalRoles.join(", "),
          },
        ]}
      />
    </Card>
  );
}

export function CapabilitiesCard({ info }: { info: SessionInfo }) {
  const rows = [
    {
      label: t("settings.capabilities.certificates"),
      allowed: info.capabilities.readCertificates,
      words: info.capabilities.readCertificates
        ? t("settings.capabilities.certificatesYes")
        : t("settings.capabilities.certificatesNo"),
    },
    {
      label: t("settings.capabilities.people"),
      allowed: info.capabilities.readPeople,
      words: info.capabilities.readPeople ? t("settings.capabilities.peopleYes") : t("settings.capabilities.peopleNo"),
    },
  ];
  return (
    <Card aria-labelledby="capabilities">
      <CardHeader id="capabilities" title={t("settings.capabilities.title")} />
      <ul>
        {rows.map((row) => (
          <li key={row.label} className="flex items-start gap-3 border-line border-b px-4 py-3 last:border-b-0">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{row.label}</span>
              <span className="block text-[0.8125rem] text-muted">{row.words}</span>
            </span>
            <Badge tone={row.allowed ? "ok" : "warn"}>
              {row.allowed ? t("settings.capabilities.yes") : t("settings.capabilities.no")}
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function SubscriptionsCard({ info }: { info: SessionInfo }) {
  return (
    <Card aria-labelledby="subscriptions">
      <CardHeader
        id="subscriptions"
        title={t("settings.subscriptions.title")}
        actions={<CompletenessNote value={info.subscriptionsCompleteness} />}
      />
      {info.subscriptions.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t("settings.subscriptions.none")}</p>
      ) : (
        <Table caption={t("settings.subscriptions.title")}>
          <thead>
            <tr>
              <Th>{t("settings.subscriptions.name")}</Th>
              <Th className="max-sm:hidden">{t("settings.subscriptions.id")}</Th>
              <Th>{t("settings.subscriptions.state")}</Th>
            </tr>
          </thead>
          <tbody>
            {info.subscriptions.map((item) => (
              <tr key={item.id}>
                <Td>
                  {item.name}
                  <span className="block break-all font-mono text-muted text-xs sm:hidden">{item.id}</span>
                </Td>
                <Td className="whitespace-nowrap font-mono text-xs max-sm:hidden">{item.id}</Td>
                <Td>{item.state}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

"use client";

import { Card, CardHeader } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { useConfig } from "@/lib/client/config";
import { type Cloud, cloudById } from "@/lib/domain/clouds";
import { t } from "@/messages/t";
import { FactList } from "./fact-list";

const mono = (text: string) => <code className="break-all font-mono text-xs">{text}</code>;

function Hosts({ title, hosts }: { title: string; hosts: readonly string[] }) {
  return (
    <div className="border-line border-t px-4 py-3">
      <div className="mb-1.5 flex items-center justify-between gap-2">
        <h3 className="font-medium text-[0.8125rem]">{title}</h3>
        <CopyButton text={hosts.join("\n")} label={`${t("settings.cloud.copyAll")}: ${title}`} />
      </div>
      <ul className="grid gap-1 sm:grid-cols-2">
        {hosts.map((host) => (
          <li key={host}>{mono(host)}</li>
        ))}
      </ul>
    </div>
  );
}

function windowsHosts(cloud: Cloud): string[] {
  const { registration, login, deviceLogin, rbac } = cloud.windowsLogin;
  return [...new Set([registration, login, deviceLogin, rbac])];
}

/** Every host of the configured cloud, as it goes into firewalls and as it stands on the wire. */
export function CloudCard() {
  const config = useConfig();
  const cloud = cloudById(config.cloudId);
  return (
    <Card aria-labelledby="cloud">
      <CardHeader
        id="cloud"
        title={t("settings.cloud.title")}
        description={config.localMode ? t("settings.cloud.local") : t("settings.cloud.note")}
      />
      <FactList
        facts={[
          { label: t("settings.cloud.cloud"), value: cloud.label },
          { label: t("settings.cloud.authority"), value: mono(cloud.authority) },
          { label: t("settings.cloud.arm"), value: mono(cloud.arm) },
          { label: t("settings.cloud.graph"), value: mono(cloud.graph) },
          { label: t("settings.cloud.portal"), value: mono(cloud.portal) },
        ]}
      />
      <Hosts title={t("settings.cloud.windows")} hosts={windowsHosts(cloud)} />
      <Hosts title={t("settings.cloud.linux")} hosts={[...new Set(Object.values(cloud.linuxLogin))]} />
      <Hosts title={t("settings.cloud.agent")} hosts={cloud.arcAgentHosts} />
      {cloud.unverified.length === 0 ? null : <Hosts title={t("settings.cloud.unverified")} hosts={cloud.unverified} />}
      {cloud.notes.length === 0 ? null : (
        <ul className="grid list-disc gap-1 border-line border-t py-3 pr-4 pl-8 text-muted text-xs">
          {cloud.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

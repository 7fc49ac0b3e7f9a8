"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { agentBlocks, isMonitorMode } from "@/lib/domain/agent-configuration";
import { agentVersionVerdict } from "@/lib/domain/agent-version";
import type { MachineDetail } from "@/lib/domain/api";
import type { AgentConfiguration, ExtensionRef, Machine } from "@/lib/domain/machine";
import { SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";
import { t, tDynamic } from "@/messages/t";
import { Fact, Facts } from "./facts";

const SIGN_IN = { publisher: SIGN_IN_PUBLISHER, type: WINDOWS_SIGN_IN_TYPE };

function onOff(value: boolean | null): string {
  if (value === null) return t("machine.known.unknown");
  return value ? t("machine.agent.on") : t("machine.agent.off");
}

function Version({ machine, nowMs }: { machine: Machine; nowMs: number }) {
  const verdict = agentVersionVerdict(machine.agentVersion, new Date(nowMs));
  return (
    <>
      {machine.agentVersion ?? t("machine.known.unknown")}
      <span className="ml-1.5 text-muted text-xs">
        {verdict.released === null ? null : t("machine.agent.released", { month: verdict.released })}
      </span>
      {verdict.state === "outOfSupport" ? (
        <span className="block text-warn text-xs">{t("machine.agent.outOfSupport")}</span>
      ) : null}
      {verdict.missingFixes.length === 0 ? null : (
        <span className="block text-warn text-xs">
          {t("machine.agent.missingFixes", { advisories: verdict.missingFixes.join(", ") })}
        </span>
      )}
    </>
  );
}

function ExtensionList({ list, empty }: { list: readonly ExtensionRef[]; empty: string }) {
  if (list.length === 0) return <span className="text-muted">{empty}</span>;
  return (
    <ul className="grid grid-cols-1 gap-0.5 font-mono text-xs">
      {list.map((entry) => (
        <li key={`${entry.publisher}/${entry.type}`} className="break-all">
          {entry.publisher}/{entry.type}
        </li>
      ))}
    </ul>
  );
}

function Configuration({ configuration }: { configuration: AgentConfiguration }) {
  const { proxyUrl, proxyBypass, incomingConnectionsPorts: ports } = configuration;
  return (
    <>
      <Fact label={t("machine.agent.mode")}>
        {isMonitorMode(configuration) ? (
          <Badge tone="warn">{configuration.configMode}</Badge>
        ) : (
          (configuration.configMode ?? t("machine.known.unknown"))
        )}
      </Fact>
      <Fact label={t("machine.agent.extensions")}>{onOff(configuration.extensionsEnabled)}</Fact>
      <Fact label={t("machine.agent.guestConfiguration")}>{onOff(configuration.guestConfigurationEnabled)}</Fact>
      <Fact label={t("machine.agent.allowList")}>
        <ExtensionList list={configuration.extensionsAllowList} empty={t("machine.agent.noAllowList")} />
      </Fact>
      <Fact label={t("machine.agent.blockList")}>
        <ExtensionList list={configuration.extensionsBlockList} empty={t("machine.agent.noBlockList")} />
      </Fact>
      <Fact label={t("machine.agent.ports")}>{ports.length === 0 ? t("machine.agent.noPorts") : ports.join(", ")}</Fact>
      <Fact label={t("machine.agent.proxy")}>
        {proxyUrl ?? t("machine.agent.noProxy")}
        {proxyBypass.length === 0 ? null : (
          <span className="block text-muted text-xs">{t("machine.agent.proxyBypass", { list: proxyBypass.join(", ") })}</span>
        )}
      </Fact>
    </>
  );
}

function Blocks({ configuration }: { configuration: AgentConfiguration }) {
  const blocks = agentBlocks(configuration, SIGN_IN);
  if (blocks.length === 0) return <p className="text-[0.8125rem] text-muted">{t("machine.agent.blocksNothing")}</p>;
  return (
    <ul className="grid grid-cols-1 gap-2 text-[0.8125rem]">
      {blocks.map((block) => (
        <li key={block.id} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="min-w-0 break-words">{tDynamic(`machine.agent.block.${block.id}`, block.values)}</span>
          {block.stopsExtension ? <Badge tone="bad">{t("machine.agent.stopsSignIn")}</Badge> : null}
        </li>
      ))}
    </ul>
  );
}

/** The Connected Machine agent: version, local configuration, and what that configuration stops. */
export function AgentCard({ detail, nowMs }: { detail: MachineDetail; nowMs: number }) {
  const { machine } = detail;
  const services = Object.entries(machine.serviceStatuses);
  return (
    <Card id="agent" aria-labelledby="agent-title" className="scroll-mt-24">
      <CardHeader id="agent-title" title={t("machine.agent.title")} description={t("machine.agent.about")} />
      <CardBody className="grid grid-cols-1 gap-4">
        <Facts>
          <Fact label={t("machine.agent.version")}>
            <Version machine={machine} nowMs={nowMs} />
          </Fact>
          <Fact label={t("machine.agent.autoUpgrade")}>{onOff(machine.agentAutomaticUpgrade)}</Fact>
          {machine.agentConfiguration === null ? null : <Configuration configuration={machine.agentConfiguration} />}
          {services.length === 0 ? null : (
            <Fact label={t("machine.agent.services")}>
              {services.map(([name, service]) => `${name}: ${service.status} (${service.startupType})`).join(", ")}
            </Fact>
          )}
        </Facts>
        {machine.agentConfiguration === null ? (
          <p className="text-[0.8125rem] text-muted">{t("machine.agent.notReported")}</p>
        ) : (
          <div className="grid grid-cols-1 gap-2">
            <h3 className="font-medium text-[0.8125rem]">{t("machine.agent.blocks")}</h3>
            <Blocks configuration={machine.agentConfiguration} />
          </div>
        )}
      </CardBody>
    </Card>
  );
}

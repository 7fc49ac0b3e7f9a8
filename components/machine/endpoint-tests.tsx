"use client";

import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Table, Td, Th } from "@/components/ui/table";
import type { Cloud } from "@/lib/domain/clouds";
import { agentCheckCommand, dnsCommands, signInEndpoints, tenantQueryCommand, testCommands } from "@/lib/domain/endpoints";
import type { OsFamily } from "@/lib/domain/machine";
import { t, tDynamic } from "@/messages/t";

export type EndpointTestsProps = { cloud: Cloud; osFamily: OsFamily; tenantId: string; location: string };

function Command({ title, code }: { title: string; code: string }) {
  return (
    <div className="grid grid-cols-1 min-w-0 gap-1.5">
      <h3 className="font-medium text-[0.8125rem]">{title}</h3>
      <CodeBlock code={code} label={title} copyLabel={t("signIn.endpoints.copyCommands")} />
    </div>
  );
}

/** The hosts of the cloud with their good answers, and commands that test them from the server itself. */
export function EndpointTests({ cloud, osFamily, tenantId, location }: EndpointTestsProps) {
  const tests = signInEndpoints(cloud, osFamily, tenantId);
  const hosts = tests.map((test) => test.host).join("\n");
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <div className="min-w-0 overflow-hidden rounded-md border border-line">
        <Table caption={t("signIn.endpoints.list")}>
          <thead>
            <tr>
              <Th>{t("signIn.endpoints.host")}</Th>
              <Th>{t("signIn.endpoints.purposeTitle")}</Th>
              <Th>{t("signIn.endpoints.expectedTitle")}</Th>
            </tr>
          </thead>
          <tbody>
            {tests.map((test) => (
              <tr key={test.id}>
                <Td className="break-all font-mono text-xs">{test.host}</Td>
                <Td>{tDynamic(test.purpose)}</Td>
                <Td>{tDynamic(test.expected)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      <div>
        <CopyButton text={hosts} label={t("signIn.endpoints.copyHosts")} showLabel />
      </div>
      <Command title={t("signIn.endpoints.commands")} code={testCommands(tests, osFamily)} />
      <Command title={t("signIn.endpoints.dns")} code={dnsCommands(tests)} />
      <Command title={t("signIn.endpoints.tenant")} code={tenantQueryCommand(osFamily)} />
      <Command title={t("signIn.endpoints.agent")} code={agentCheckCommand(cloud, location)} />
      <details className="text-[0.8125rem]">
        <summary className="font-medium text-link">{t("signIn.endpoints.arcHosts")}</summary>
        <ul className="mt-1.5 grid grid-cols-1 gap-0.5 font-mono text-xs">
          {cloud.arcAgentHosts.map((host) => (
            <li key={host}>{host}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}

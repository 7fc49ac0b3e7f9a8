"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import type { MachineDetail } from "@/lib/domain/api";
import { usesMachineIdentity } from "@/lib/domain/extension-identity";
import type { MachineExtension } from "@/lib/domain/machine";
import { toSignInState } from "@/lib/domain/machine-mapping";
import { isSignInExtension } from "@/lib/domain/sign-in-extension";
import { t } from "@/messages/t";
import { UnknownNote } from "./known-note";
import { SIGN_IN_TONE } from "./tones";

function Row({ extension }: { extension: MachineExtension }) {
  const { instanceView } = extension;
  return (
    <tr>
      <Td className="align-top font-medium">
        {extension.name}
        <span className="mt-1 flex flex-wrap gap-1">
          {isSignInExtension(extension) ? (
            <Badge tone="info" dot={false}>
              {t("machine.extensions.signIn")}
            </Badge>
          ) : null}
          {usesMachineIdentity(extension) ? <Badge dot={false}>{t("machine.extensions.usesIdentity")}</Badge> : null}
        </span>
      </Td>
      <Td className="align-top font-mono text-xs">
        {extension.publisher}
        <br />
        {extension.type}
      </Td>
      <Td className="whitespace-nowrap align-top">
        {extension.typeHandlerVersion ?? t("machine.known.unknown")}
        {extension.enableAutomaticUpgrade === true ? (
          <span className="block text-muted text-xs">{t("machine.extensions.autoUpgrade")}</span>
        ) : null}
      </Td>
      <Td className="align-top">
        <Badge tone={SIGN_IN_TONE[toSignInState(extension.provisioningState)]}>{extension.provisioningState}</Badge>
      </Td>
      <Td className="min-w-64 align-top">
        <span className="break-words">{instanceView?.message ?? t("machine.extensions.noMessage")}</span>
        {instanceView?.code == null ? null : (
          <span className="block text-muted text-xs">
            {instanceView.level ?? ""} {instanceView.code}
          </span>
        )}
        {extension.settings === null ? null : (
          <details className="mt-1 text-xs">
            <summary className="text-link">{t("machine.extensions.settings")}</summary>
            <pre className="mt-1 whitespace-pre-wrap break-all font-mono">{JSON.stringify(extension.settings, null, 2)}</pre>
          </details>
        )}
      </Td>
    </tr>
  );
}

/** Every extension on the machine with what the machine itself reports about it. */
export function ExtensionsCard({ detail }: { detail: MachineDetail }) {
  const { extensions } = detail;
  return (
    <Card id="extensions" aria-labelledby="extensions-title" className="scroll-mt-24">
      <CardHeader id="extensions-title" title={t("machine.extensions.title")} />
      {!extensions.known ? (
        <CardBody>
          <UnknownNote part={extensions} />
        </CardBody>
      ) : extensions.value.length === 0 ? (
        <CardBody className="text-[0.8125rem] text-muted">{t("machine.extensions.none")}</CardBody>
      ) : (
        <Table caption={t("machine.extensions.list", { name: detail.machine.name })}>
          <thead>
            <tr>
              <Th>{t("machine.extensions.name")}</Th>
              <Th>{t("machine.extensions.type")}</Th>
              <Th>{t("machine.extensions.version")}</Th>
              <Th>{t("machine.extensions.state")}</Th>
              <Th>{t("machine.extensions.message")}</Th>
            </tr>
          </thead>
          <tbody>
            {extensions.value.map((extension) => (
              <Row key={extension.id} extension={extension} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

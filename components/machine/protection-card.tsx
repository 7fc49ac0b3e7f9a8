"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { certificateFolders } from "@/lib/domain/endpoints";
import type { Machine } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { Fact, Facts } from "./facts";

function keyWords(keyStore: string | null): string {
  const store = keyStore?.toLowerCase() ?? null;
  if (store === "tpm") return t("machine.protection.tpm");
  return store === "default" ? t("machine.protection.file") : t("machine.protection.unknown");
}

/** Where the identity's certificate lies on the machine and how to check that it is protected. */
export function ProtectionCard({ machine }: { machine: Machine }) {
  const inTpm = machine.identityKeyStore?.toLowerCase() === "tpm";
  return (
    <Card id="protection" aria-labelledby="protection-title" className="scroll-mt-24">
      <CardHeader id="protection-title" title={t("machine.protection.title")} />
      <CardBody className="grid grid-cols-1 gap-4 text-[0.8125rem]">
        <p>{keyWords(machine.identityKeyStore)}</p>
        {certificateFolders(machine.osFamily).map((folder) => (
          <div key={folder.path} className="grid grid-cols-1 gap-3">
            <Facts>
              <Fact label={t("machine.protection.folder")}>
                <code className="break-all font-mono text-xs">{folder.path}</code>
              </Fact>
              <Fact label={t("machine.protection.readers")}>{folder.readers.join(", ")}</Fact>
            </Facts>
            <CodeBlock
              code={folder.checkCommand}
              label={t("machine.protection.check")}
              copyLabel={t("machine.copy", { what: t("machine.protection.check") })}
            />
            {folder.alsoInStore ? <p className="text-muted text-xs">{t("machine.protection.store")}</p> : null}
          </div>
        ))}
        <p className="text-muted">{t("machine.protection.keep")}</p>
        {inTpm ? null : <p className="font-medium">{t("machine.protection.disk")}</p>}
      </CardBody>
    </Card>
  );
}

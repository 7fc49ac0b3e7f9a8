"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { useConfig } from "@/lib/client/config";
import { formatMoment } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { AuditEntry, ExactRequest } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { parseMachineId } from "@/lib/domain/machine";
import { requestCommands } from "@/lib/domain/templates";
import { t } from "@/messages/t";
import { actionWords, OUTCOME_TONE } from "./audit-words";

export type AuditEntrySheetProps = {
  entry: AuditEntry | null;
  onClose: () => void;
  onShowOperation: (operationId: string) => void;
};

function Fact({ label, copy, children }: { label: string; copy?: { text: string; label: string }; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] items-start gap-2 border-line border-b py-2 last:border-b-0">
      <dt className="text-muted text-xs leading-5">{label}</dt>
      <dd className="flex min-w-0 items-start justify-between gap-2 break-all text-[0.8125rem]">
        <span className="min-w-0">{children}</span>
        {copy === undefined ? null : <CopyButton text={copy.text} label={copy.label} className="-my-1" />}
      </dd>
    </div>
  );
}

type AzureWords = { code?: string | null; message?: string; requestId?: string | null };

function Facts({ entry }: { entry: AuditEntry }) {
  const azure = entry.detail.azure as AzureWords | undefined;
  const overrides = Array.isArray(entry.detail.overrides) ? entry.detail.overrides.map(String) : [];
  return (
    <dl>
      <Fact label={t("audit.column.outcome")}>
        <Badge tone={OUTCOME_TONE[entry.outcome]}>{t(`audit.outcome.${entry.outcome}`)}</Badge>
        <span className="mt-1 block break-normal text-muted text-xs">{t(`audit.outcomeMeans.${entry.outcome}`)}</span>
      </Fact>
      <Fact label={t("audit.entry.at")}>{formatMoment(entry.at)}</Fact>
      <Fact label={t("audit.entry.who")}>{entry.operatorName}</Fact>
      <Fact label={t("audit.entry.objectId")}>
        <code className="font-mono text-xs">{entry.operatorObjectId}</code>
      </Fact>
      <Fact label={t("audit.entry.target")} copy={{ text: entry.targetId, label: t("audit.entry.copyTarget") }}>
        <code className="font-mono text-xs">{entry.targetId}</code>
      </Fact>
      {overrides.length === 0 ? null : <Fact label={t("audit.entry.overrides")}>{overrides.join(", ")}</Fact>}
      {azure?.message === undefined ? null : (
        <Fact label={t("audit.entry.azureSaid")}>
          <span className="wrap-anywhere break-normal">{azure.message}</span>
        </Fact>
      )}
      {azure?.code == null ? null : <Fact label={t("audit.entry.azureCode")}>{azure.code}</Fact>}
      {azure?.requestId == null ? null : <Fact label={t("audit.entry.requestId")}>{azure.requestId}</Fact>}
      <Fact label={t("audit.entry.trace")}>
        <code className="font-mono text-xs">{entry.traceId}</code>
      </Fact>
      <Fact label={t("audit.entry.hash")} copy={{ text: entry.hash, label: t("audit.entry.copyHash") }}>
        <code className="font-mono text-xs">{entry.hash}</code>
      </Fact>
    </dl>
  );
}

/** The stored request; null where an entry has none or an older version wrote it in another form. */
function exactRequest(value: unknown): ExactRequest | null {
  if (typeof value !== "object" || value === null) return null;
  const { method, url, body } = value as Record<string, unknown>;
  if (method !== "PUT" && method !== "PATCH" && method !== "DELETE") return null;
  return typeof url === "string" ? { method, url, body: body ?? null } : null;
}

function Commands({ request }: { request: ExactRequest }) {
  const commands = requestCommands(cloudById(useConfig().cloudId), request);
  return (
    <section className="grid grid-cols-1 gap-1.5">
      <h3 className="font-semibold text-sm">{t("audit.entry.commands")}</h3>
      {(["azCli", "powershell"] as const).map((kind) => (
        <CodeBlock
          key={kind}
          code={commands[kind]}
          label={t(`audit.entry.${kind}`)}
          copyLabel={t("audit.entry.copyCommand", { kind: t(`audit.entry.${kind}`) })}
        />
      ))}
    </section>
  );
}

/** One entry in full: the exact request, the facts of the decision and the hash that the chain holds. */
export function AuditEntrySheet({ entry, onClose, onShowOperation }: AuditEntrySheetProps) {
  if (entry === null) return null;
  const { request, ...facts } = entry.detail;
  const ref = parseMachineId(entry.targetId);
  const { operationId } = entry;
  const exact = exactRequest(request);
  return (
    <Sheet
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("audit.entry.title", { seq: String(entry.seq) })}
      description={actionWords(entry.action)}
      className="sm:max-w-xl"
    >
      <div className="grid grid-cols-1 gap-4">
        <Facts entry={entry} />
        {request === undefined ? null : (
          <section className="grid grid-cols-1 gap-1.5">
            <h3 className="font-semibold text-sm">{t("audit.entry.request")}</h3>
            <CodeBlock
              code={JSON.stringify(request, null, 2)}
              label={t("audit.entry.request")}
              copyLabel={t("audit.entry.copyRequest")}
            />
          </section>
        )}
        {exact === null ? null : <Commands request={exact} />}
        <section className="grid grid-cols-1 gap-1.5">
          <h3 className="font-semibold text-sm">{t("audit.entry.detail")}</h3>
          <CodeBlock
            code={JSON.stringify(facts, null, 2)}
            label={t("audit.entry.detail")}
            copyLabel={t("audit.entry.copyDetail")}
          />
        </section>
        <div className="flex flex-wrap gap-2">
          {operationId === null ? null : (
            <>
              <Link href={pages.operation(operationId)} className={buttonClass({ variant: "secondary" })}>
                {t("audit.entry.openOperation")}
              </Link>
              <Button onClick={() => onShowOperation(operationId)}>{t("audit.entry.showOperation")}</Button>
            </>
          )}
          {ref === null ? null : (
            <Link href={pages.machine(ref)} className={buttonClass({ variant: "secondary" })}>
              {t("audit.entry.openMachine")}
            </Link>
          )}
        </div>
      </div>
    </Sheet>
  );
}

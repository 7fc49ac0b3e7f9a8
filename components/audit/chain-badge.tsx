"use client";

import { Link2, Link2Off, LoaderCircle } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { Popover } from "@/components/ui/popover";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatDateTime, formatNumber } from "@/lib/client/format";
import type { AuditChainState } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { useChain } from "./use-audit";

function chainWords(chain: AuditChainState): string {
  if (chain.ok) return t("audit.chain.holds");
  return chain.broken === null ? t("audit.chain.contradicts") : t("audit.chain.broken", { seq: String(chain.broken.seq) });
}

function ChainFacts({ chain }: { chain: AuditChainState }) {
  return (
    <dl className="grid gap-2 text-[0.8125rem]">
      {chain.broken === null ? null : (
        <div>
          <dt className="text-muted text-xs">{t("audit.chain.reason")}</dt>
          <dd className="font-medium text-bad">{chain.broken.reason}</dd>
        </div>
      )}
      <div>
        <dt className="text-muted text-xs">{t("audit.chain.entries")}</dt>
        <dd className="tabular-nums">{formatNumber(chain.entries)}</dd>
      </div>
      <div>
        <dt className="text-muted text-xs">{t("audit.chain.head")}</dt>
        <dd className="flex items-start gap-1">
          <code className="break-all font-mono text-xs">{chain.headHash}</code>
          <CopyButton text={chain.headHash} label={t("audit.chain.copyHead")} />
        </dd>
      </div>
      <div>
        <dt className="text-muted text-xs">{t("audit.chain.anchor")}</dt>
        <dd className={cn(["forged", "contradicts"].includes(chain.anchor.state) && "font-medium text-bad")}>
          {chain.anchor.sentence}
        </dd>
      </div>
      <div>
        <dt className="text-muted text-xs">{t("audit.chain.checkedAt")}</dt>
        <dd>{formatDateTime(chain.checkedAt)}</dd>
      </div>
    </dl>
  );
}

/** Whether the hash chain holds, in words, with the facts behind it one click away. */
export function ChainBadge() {
  const { data: chain, error } = useChain();
  if (chain === undefined && error === null) {
    return (
      <span className="inline-flex items-center gap-1.5 text-muted text-xs">
        <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
        {t("audit.chain.checking")}
      </span>
    );
  }
  const holds = chain?.ok === true;
  const Icon = holds ? Link2 : Link2Off;
  const tone = holds
    ? "border-ok/40 bg-ok-soft text-ok"
    : chain === undefined
      ? "text-warn"
      : "border-bad/40 bg-bad-soft text-bad";
  return (
    <Popover
      label={t("audit.chain.details")}
      className="w-96"
      trigger={
        <button type="button" className={cn(buttonClass({ size: "md" }), tone)}>
          <Icon aria-hidden />
          {chain === undefined ? t("audit.chain.unreadable") : chainWords(chain)}
        </button>
      }
    >
      <p className="mb-1 font-semibold text-sm">{t("audit.chain.details")}</p>
      <p className="mb-3 text-muted text-xs">{t("audit.chain.about")}</p>
      {chain === undefined ? <p>{toClientProblem(error).detail}</p> : <ChainFacts chain={chain} />}
      <p className="mt-3 text-muted text-xs">{t("audit.chain.command")}</p>
    </Popover>
  );
}

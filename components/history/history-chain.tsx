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
import { useHistoryChain } from "./use-history";

function words(chain: AuditChainState | undefined): string {
  if (chain === undefined) return t("history.chain.unreadable");
  if (chain.ok) return t("history.chain.holds");
  return chain.broken === null ? t("history.chain.contradicts") : t("history.chain.broken", { seq: String(chain.broken.seq) });
}

function Facts({ chain }: { chain: AuditChainState }) {
  const isBad = chain.anchor.state === "forged" || chain.anchor.state === "contradicts";
  const facts = [
    ...(chain.broken === null ? [] : [{ label: t("history.chain.reason"), value: chain.broken.reason, bad: true }]),
    { label: t("history.chain.entries"), value: formatNumber(chain.entries), bad: false },
    { label: t("history.chain.anchor"), value: chain.anchor.sentence, bad: isBad },
    { label: t("history.chain.checkedAt"), value: formatDateTime(chain.checkedAt), bad: false },
  ];
  return (
    <dl className="grid gap-2 text-[0.8125rem]">
      {facts.map(({ label, value, bad }) => (
        <div key={label}>
          <dt className="text-muted text-xs">{label}</dt>
          <dd className={cn(bad && "font-medium text-bad")}>{value}</dd>
        </div>
      ))}
      <div>
        <dt className="text-muted text-xs">{t("history.chain.head")}</dt>
        <dd className="flex items-start gap-1">
          <code className="break-all font-mono text-xs">{chain.headHash}</code>
          <CopyButton text={chain.headHash} label={t("history.chain.copyHead")} />
        </dd>
      </div>
    </dl>
  );
}

function toneOf(chain: AuditChainState | undefined): string {
  if (chain === undefined) return "text-warn";
  return chain.ok ? "border-ok/40 bg-ok-soft text-ok" : "border-bad/40 bg-bad-soft text-bad";
}

/** Whether the chain of the history holds, in words, with the facts behind it one click away. */
export function HistoryChain() {
  const { data: chain, error } = useHistoryChain();
  if (chain === undefined && error === null) {
    return (
      <span className="inline-flex items-center gap-1.5 text-muted text-xs">
        <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
        {t("history.chain.checking")}
      </span>
    );
  }
  const Icon = chain?.ok === true ? Link2 : Link2Off;
  return (
    <Popover
      label={t("history.chain.details")}
      className="w-96"
      trigger={
        <button type="button" className={cn(buttonClass({ size: "md" }), toneOf(chain))}>
          <Icon aria-hidden />
          {words(chain)}
        </button>
      }
    >
      <p className="mb-1 font-semibold text-sm">{t("history.chain.details")}</p>
      <p className="mb-3 text-muted text-xs">{t("history.chain.about")}</p>
      {chain === undefined ? <p>{toClientProblem(error).detail}</p> : <Facts chain={chain} />}
      <p className="mt-3 text-muted text-xs">{t("history.chain.command")}</p>
    </Popover>
  );
}

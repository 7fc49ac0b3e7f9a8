"use client";

import { CircleAlert, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { CountField, isCount } from "@/components/ui/count-field";
import { RequestPreview } from "@/components/ui/request-preview";
import { rightRefusal } from "@/components/ui/right-note";
import { SendButton } from "@/components/ui/send-button";
import type { AccessPreview, PreviewWarning } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { AtLeastNote } from "../at-least-note";
import { changeWords } from "./change-words";
import { DifferenceList } from "./difference-list";
import { type StaleChange, signInSummary } from "./preview-diff";

function Warnings({ preview }: { preview: AccessPreview }) {
  if (preview.warnings.length === 0) return null;
  const about = (warning: PreviewWarning) => {
    const change = preview.changes[warning.change];
    return preview.changes.length > 1 && change !== undefined ? changeWords(change) : null;
  };
  return (
    <section aria-labelledby="warnings-title" className="rounded-md border border-warn/40 bg-warn-soft/40 px-4 py-3">
      <h3 id="warnings-title" className="flex items-center gap-2 font-semibold text-[0.8125rem] text-warn">
        <TriangleAlert aria-hidden className="size-4" />
        {t("access.change.preview.warnings")}
      </h3>
      <ul className="mt-1.5 grid grid-cols-1 gap-1.5 text-[0.8125rem]">
        {preview.warnings.map((warning) => (
          <li key={`${warning.id}:${warning.change}`} className="flex flex-wrap items-start gap-2">
            <Badge tone={warning.blocks ? "bad" : "warn"}>
              {t(warning.blocks ? "access.change.preview.blocks" : "access.change.preview.warns")}
            </Badge>
            <span className="min-w-0 flex-1 basis-60">
              {t(`access.change.warning.${warning.id}`)}
              {about(warning) === null ? null : <span className="block text-muted text-xs">{about(warning)}</span>}
            </span>
          </li>
        ))}
      </ul>
      {preview.verdict === "blocked" ? (
        <p className="mt-2 font-medium text-[0.8125rem]">{t("access.change.preview.blocked")}</p>
      ) : null}
    </section>
  );
}

function Summary({ preview }: { preview: AccessPreview }) {
  const lost = signInSummary(preview.lost);
  const gained = signInSummary(preview.gained);
  const { peopleGaining, peopleLosing, machines } = preview.totals;
  const nothing = peopleGaining + peopleLosing === 0;
  const count = (value: number) => t("access.change.preview.people", { count: value });
  const on = (value: number) => t("common.machines", { count: value });
  return (
    <div role="status" className="grid grid-cols-1 gap-0.5">
      {lost === null ? null : (
        <p className="font-semibold text-bad">
          {t("access.change.preview.signInLost", { count: lost.people, machines: on(lost.machines) })}
        </p>
      )}
      {gained === null ? null : (
        <p className="font-semibold">
          {t("access.change.preview.signInGained", { count: gained.people, machines: on(gained.machines) })}
        </p>
      )}
      <p className="text-[0.8125rem]">
        {nothing
          ? t("access.change.preview.nothing")
          : t("access.change.preview.totals", {
              gaining: count(peopleGaining),
              losing: count(peopleLosing),
              machines: on(machines),
            })}
      </p>
    </div>
  );
}

function Requests({ preview }: { preview: AccessPreview }) {
  return (
    <section aria-labelledby="requests-title" className="min-w-0 rounded-md border border-line">
      <h3 id="requests-title" className="border-line border-b px-4 py-2 font-medium text-[0.8125rem]">
        {t("access.change.preview.items")}
      </h3>
      <ul>
        {preview.changes.map((change) => {
          const refusal = rightRefusal(change.right);
          return (
            <li key={change.exact.url} className="border-line border-b px-4 py-2.5 last:border-b-0">
              <p className="break-words font-medium text-[0.8125rem]">{changeWords(change)}</p>
              {refusal === null ? null : <p className="text-bad text-xs">{refusal}</p>}
              <details className="mt-1">
                <summary className="text-muted text-xs">{t("access.change.preview.exact")}</summary>
                <div className="mt-2">
                  <RequestPreview request={change.exact} templates={change.templates} />
                </div>
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A wide change, or one that cannot be taken back by the same person, needs more than a tick. */
function needsTyping(preview: AccessPreview): boolean {
  return preview.warnings.some((warning) => warning.id === "wideScope" || warning.id === "removesOwnRight");
}

export type PreviewPanelProps = {
  preview: AccessPreview;
  stale: readonly StaleChange[] | null;
  refreshing: boolean;
  writing: boolean;
  onAgain: () => void;
  onWrite: (confirmed: boolean) => void;
};

type ConfirmProps = { preview: AccessPreview; writing: boolean; onWrite: (confirmed: boolean) => void };

function Confirm({ preview, writing, onWrite }: ConfirmProps) {
  const [read, setRead] = useState(false);
  const [typed, setTyped] = useState("");
  const { machines } = preview.totals;
  const confirms = preview.verdict === "confirm";
  const types = confirms && needsTyping(preview);
  const refused = preview.changes.map((change) => rightRefusal(change.right)).filter((refusal) => refusal !== null);
  const reasons = [
    ...new Set(refused),
    ...(preview.verdict === "blocked" ? [t("access.change.preview.blocked")] : []),
    ...(confirms && !read ? [t("access.change.preview.mustConfirm")] : []),
    ...(types && !isCount(typed, machines) ? [t("access.change.preview.mustType")] : []),
  ];
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3">
      {confirms ? (
        <div className="flex items-start gap-2.5">
          <Checkbox id="confirm-read" className="mt-0.5" checked={read} onChange={(event) => setRead(event.target.checked)} />
          <label htmlFor="confirm-read" className="font-medium text-[0.8125rem]">
            {t("access.change.preview.confirm")}
          </label>
        </div>
      ) : null}
      {types ? (
        <CountField
          label={t("access.change.preview.typeCount", { count: String(machines) })}
          hint={t("access.change.preview.typeHint")}
          wrong={t("access.change.preview.typeError")}
          count={machines}
          typed={typed}
          onType={setTyped}
        />
      ) : null}
      <SendButton reasons={reasons} sending={writing} onSend={() => onWrite(confirms && read)}>
        {writing ? t("access.change.preview.writing") : t("access.change.preview.write", { count: preview.changes.length })}
      </SendButton>
    </div>
  );
}

/** Everything that would change, before anything is sent, and the button that sends it. */
export function PreviewPanel({ preview, stale, refreshing, writing, onAgain, onWrite }: PreviewPanelProps) {
  return (
    <Card aria-labelledby="preview-title">
      <CardHeader
        id="preview-title"
        title={t("access.change.preview.title")}
        description={<CompletenessNote value={preview.completeness} what={t("access.page.assignmentsRead")} />}
        actions={
          <Button size="sm" onClick={onAgain} disabled={refreshing}>
            {t("access.change.preview.again")}
          </Button>
        }
      />
      <CardBody className="grid grid-cols-1 min-w-0 gap-4">
        {stale === null ? null : (
          <div role="alert" className="rounded-md border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]">
            <p className="flex items-start gap-2 font-semibold text-bad">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              {t("access.change.preview.stale")}
            </p>
            <ul className="mt-1 list-disc pl-8">
              {stale.map((change) => (
                <li key={change}>{t(`access.change.preview.staleChanges.${change}`)}</li>
              ))}
            </ul>
          </div>
        )}
        <Summary preview={preview} />
        <Warnings preview={preview} />
        <AtLeastNote reasons={preview.atLeast} />
        <div className="grid min-w-0 items-start gap-4 lg:grid-cols-2">
          <DifferenceList
            id="gained-title"
            title={t("access.change.preview.gained")}
            none={t("access.change.preview.nobodyGains")}
            differences={preview.gained}
          />
          <DifferenceList
            id="lost-title"
            title={t("access.change.preview.lost")}
            none={t("access.change.preview.nobodyLoses")}
            differences={preview.lost}
          />
        </div>
        <Requests preview={preview} />
        <Confirm key={preview.stamp} preview={preview} writing={writing} onWrite={onWrite} />
      </CardBody>
    </Card>
  );
}

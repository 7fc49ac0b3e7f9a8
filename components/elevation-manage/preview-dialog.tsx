"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { pages } from "@/lib/config/routes";
import type { ManagePreview, PreviewItem } from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { ProblemList } from "./problem-list";
import { usePreview, useSend } from "./use-manage";
import { differenceWords, requestWords } from "./words";

const TONE: Record<PreviewItem["verdict"], Tone> = { ready: "ok", confirm: "warn", blocked: "bad", unchanged: "quiet" };
const WRAPPED = "[&_pre]:whitespace-pre-wrap [&_pre]:break-all";
/** Gravest first: nobody scrolls through thirty fine lines to find the one that is not. */
const ORDER: Record<PreviewItem["verdict"], number> = { blocked: 0, confirm: 1, ready: 2, unchanged: 3 };

function Row({ item, onLeaveOut }: { item: PreviewItem; onLeaveOut: () => void }) {
  const what = requestWords(item.request, item.names);
  return (
    <li className="grid grid-cols-1 gap-1.5 border-line border-b py-2.5 last:border-b-0">
      <div className="flex items-start justify-between gap-2">
        <p className="flex min-w-0 flex-wrap items-center gap-2 text-[0.8125rem]">
          <Badge tone={TONE[item.verdict]}>{t(`elevationManage.preview.${item.verdict}`)}</Badge>
          <span className="min-w-0 break-words font-medium">{what}</span>
        </p>
        <button
          type="button"
          aria-label={t("elevationManage.preview.takeOne", { what })}
          title={t("elevationManage.preview.take")}
          className={buttonClass({ variant: "ghost", size: "iconSm" })}
          onClick={onLeaveOut}
        >
          <X aria-hidden />
        </button>
      </div>
      {item.differences.length === 0 ? null : (
        <ul aria-label={t("elevationManage.preview.differences")} className="grid gap-0.5 text-muted text-xs">
          {item.differences.map((difference) => (
            <li key={difference.field} className="break-words">
              {differenceWords(difference)}
            </li>
          ))}
        </ul>
      )}
      <ProblemList problems={item.problems} />
      <details>
        <summary className="w-fit text-muted text-xs">{t("elevationManage.preview.exact")}</summary>
        <div className="mt-2 grid grid-cols-1 gap-2">
          {item.steps.map((step) => (
            <CodeBlock
              key={`${step.method} ${step.url}`}
              code={`${step.method} ${step.url}${step.body === null ? "" : `\n${JSON.stringify(step.body, null, 2)}`}`}
              label={t("signIn.request.target")}
              copyLabel={t("signIn.request.copyUrl")}
              className={WRAPPED}
            />
          ))}
          <CodeBlock
            code={item.commands.azCli}
            label={t("signIn.request.azCli")}
            copyLabel={t("signIn.request.copyTemplate", { kind: t("signIn.request.azCli") })}
            className={WRAPPED}
          />
        </div>
      </details>
    </li>
  );
}

type BodyProps = {
  preview: ManagePreview;
  typed: string;
  onTyped: (text: string) => void;
  onLeaveOut: (indexes: ReadonlySet<number>) => void;
};

function PreviewBody({ preview, typed, onTyped, onLeaveOut }: BodyProps) {
  const of = (verdict: PreviewItem["verdict"]) => preview.items.filter((item) => item.verdict === verdict);
  const stopped = [...of("blocked"), ...of("unchanged")];
  const counts = {
    ready: of("ready").length,
    confirm: of("confirm").length,
    blocked: of("blocked").length,
    unchanged: of("unchanged").length,
  };
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status" className="text-[0.8125rem]">
          {t("elevationManage.preview.counts", counts)}
        </p>
        {stopped.length === 0 ? null : (
          <Button size="sm" onClick={() => onLeaveOut(new Set(stopped.map(({ index }) => index)))}>
            {t("elevationManage.preview.leaveOut", { count: stopped.length })}
          </Button>
        )}
      </div>
      {stopped.length === 0 ? null : <p className="text-muted text-xs">{t("elevationManage.preview.leaveOutWhy")}</p>}
      <ul>
        {preview.items
          .toSorted((left, right) => ORDER[left.verdict] - ORDER[right.verdict])
          .map((item) => (
            <Row key={item.index} item={item} onLeaveOut={() => onLeaveOut(new Set([item.index]))} />
          ))}
      </ul>
      {preview.confirmText === null ? null : (
        <Field
          label={t("elevationManage.preview.confirmField", { text: preview.confirmText })}
          hint={t("elevationManage.preview.confirmWhy")}
        >
          {(control) => <Input {...control} autoComplete="off" value={typed} onChange={(event) => onTyped(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}

/** What was asked for, what would change, what speaks against it; then it is sent. Nothing is sent before. */
export function PreviewDialog({ requests: asked, onClose }: { requests: readonly ManageRequest[]; onClose: () => void }) {
  const router = useRouter();
  const [requests, setRequests] = useState<ManageRequest[]>([...asked]);
  const [typed, setTyped] = useState("");
  const [setId, setSetId] = useState(() => crypto.randomUUID());
  const read = usePreview(requests);
  const send = useSend();
  const preview = read.data;
  const isStale = send.error !== null && toClientProblem(send.error).status === 409;
  const open = preview?.items.some(({ verdict }) => verdict === "blocked" || verdict === "unchanged") === true;
  const unconfirmed = preview?.confirmText != null && typed.trim() !== preview.confirmText;
  const canSend = preview !== undefined && !read.isFetching && !open && !unconfirmed && !send.isPending && requests.length > 0;

  function leaveOut(indexes: ReadonlySet<number>): void {
    send.reset();
    // Another list is another set: the server refuses the same id for it.
    setSetId(crypto.randomUUID());
    setRequests(requests.filter((_, index) => !indexes.has(index)));
  }
  function submit(): void {
    if (preview === undefined) return;
    send.mutate(
      { setId, requests, stamp: preview.stamp, confirmText: typed.trim() },
      {
        onSuccess: (set) => router.push(pages.elevationManageSet(set.id)),
        onError: () => void read.refetch(),
      },
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.preview.title")}
      description={t("elevationManage.preview.about", { count: requests.length })}
      className="sm:max-w-3xl"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" disabled={!canSend} onClick={submit}>
            {send.isPending
              ? t("elevationManage.preview.sending")
              : t("elevationManage.preview.send", { count: requests.length })}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        {isStale ? (
          <p role="alert" className="font-medium text-[0.8125rem] text-warn">
            {t("elevationManage.preview.stale")}
          </p>
        ) : null}
        {send.error === null || isStale ? null : <ProblemPanel problem={toClientProblem(send.error)} />}
        {requests.length === 0 ? <p role="status">{t("elevationManage.preview.nothingLeft")}</p> : null}
        {read.error === null ? null : (
          <ProblemPanel
            problem={toClientProblem(read.error)}
            actions={
              <Button size="sm" onClick={() => void read.refetch()}>
                {t("common.retry")}
              </Button>
            }
          />
        )}
        {read.isFetching && requests.length > 0 ? (
          <div aria-busy="true">
            <p role="status" className="mb-2 text-[0.8125rem] text-muted">
              {t("elevationManage.preview.loading")}
            </p>
            <Skeleton className="h-32" />
          </div>
        ) : preview === undefined || requests.length === 0 ? null : (
          <PreviewBody preview={preview} typed={typed} onTyped={setTyped} onLeaveOut={leaveOut} />
        )}
      </div>
    </Dialog>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Loading } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import { pages } from "@/lib/config/routes";
import type { MyElevation } from "@/lib/domain/elevation/api";
import type { ElevationAction, ElevationBatch } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { BATCH_MAX } from "./activation-draft";
import { ActivationForm } from "./activation-form";
import { type DialogTarget, RowDialog } from "./active-dialogs";
import { ActiveList } from "./active-list";
import { azureOffset, useAzureNow } from "./azure-clock";
import { EligibleList } from "./eligible-list";
import { OutcomeStrip } from "./outcome-strip";
import { ElevationPage, PageNotes, RefreshButton, Unavailable } from "./page-frame";
import { PendingList } from "./pending-list";
import { ProfilesBar } from "./profiles-bar";
import { RecentList, StepUpNotes } from "./recent-list";
import { useActivation } from "./use-activation";
import { useBatches, useMine, usePermits, useSend } from "./use-elevation";

/** The page of the request that has this item, for the way from an active role to how it was activated. */
function requestPageOf(batches: readonly ElevationBatch[], itemId: string): string | null {
  const batch = batches.find(({ items }) => items.some(({ id }) => id === itemId));
  return batch === undefined ? null : pages.elevationRequest(batch.id);
}

/** An activation has a page of its own to be watched on; what is over at once is told where it was asked for. */
function isActivation(batch: ElevationBatch): boolean {
  return batch.items.some(({ kind }) => kind === "activate");
}

/** On a narrow screen the form lies below the list, so a bar at the bottom leads to it. */
function JumpBar({ count }: { count: number }) {
  return (
    <div className="sticky bottom-0 z-10 -mx-4 border-line border-t bg-raised px-4 py-2.5 shadow-float xl:hidden">
      <Button
        variant="primary"
        size="lg"
        className="w-full"
        onClick={() => document.getElementById("activation")?.scrollIntoView({ block: "start" })}
      >
        {t("elevation.mine.activate", { count })}
      </Button>
    </div>
  );
}

/** With rows on the page, what else could not be read stands in the note of completeness. */
function hasRows({ eligible, active, pending, notice }: MyElevation): boolean {
  return notice?.id !== "licenceMissing" && eligible.length + active.length + pending.length > 0;
}

type ViewProps = { mine: MyElevation; offsetMs: number; onRead: () => void };

function View({ mine, offsetMs, onRead }: ViewProps) {
  const router = useRouter();
  const [dialog, setDialog] = useState<DialogTarget | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [sender, setSender] = useState<"form" | "row" | "dialog">("form");
  const openDialog = (target: DialogTarget) => {
    // A new dialog begins without the failure of the last one.
    if (sender === "dialog") setSender("row");
    setDialog(target);
  };
  const form = useActivation(mine.eligible);
  const azureNow = new Date(useAzureNow(offsetMs));
  const recent = useBatches().data;
  const batches = recent?.batches ?? [];
  const permits = usePermits(
    mine.eligible.map(({ id, role, scope, condition }) => ({ key: id, roleId: role.id, scope: scope.id, condition })),
  );
  const sending = useSend((batch) => {
    setDialog(null);
    if (!isActivation(batch)) return setTold(batch.id);
    form.clear();
    router.push(pages.elevationRequest(batch.id));
  });
  const sendOne = (action: ElevationAction) => {
    setSender(dialog === null ? "row" : "dialog");
    sending.send({ batchId: crypto.randomUUID(), actions: [action] });
  };
  const chosen = form.draft.choices.length;
  const problem = sending.error === null ? null : toClientProblem(sending.error);
  // What a row asked for is told with the row or above the lists, never in the form of an activation.
  const isTold = dialog === null && (sender !== "form" || chosen === 0);
  return (
    <>
      <PageNotes notice={hasRows(mine) ? null : mine.notice} clock={mine.clock} />
      <StepUpNotes batches={batches} />
      {told === null ? null : <OutcomeStrip batchId={told} onClose={() => setTold(null)} />}
      {problem !== null && isTold ? <ProblemPanel problem={problem} /> : null}
      <ProfilesBar onUse={form.use} />
      {form.missing === null ? null : (
        <p role="status" className="text-[0.8125rem] text-warn">
          {t("elevation.profiles.missing", form.missing)}
        </p>
      )}
      <div className={cn("grid min-w-0 grid-cols-1 items-start gap-4", chosen > 0 && "xl:grid-cols-[minmax(0,1fr)_28rem]")}>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <ActiveList
            rows={mine.active}
            offsetMs={offsetMs}
            requestOf={(itemId) => requestPageOf(batches, itemId)}
            onEnded={onRead}
            isWhole={mine.completeness.complete}
            onDeactivate={(row) => openDialog({ kind: "deactivate", row })}
            onExtend={(row) => openDialog({ kind: "extendActive", row })}
          />
          <PendingList
            rows={mine.pending}
            offsetMs={offsetMs}
            onCancel={({ kind, requestId }) => sendOne({ kind: "cancel", id: crypto.randomUUID(), requestId, of: kind })}
          />
          <EligibleList
            rows={mine.eligible}
            chosen={new Set(form.draft.choices.map(({ rowId }) => rowId))}
            permits={permits}
            isBlocked={mine.notice !== null || !mine.completeness.complete}
            onChoose={form.edit.rows}
            onExtend={(row) => openDialog({ kind: "extendEligible", row })}
          />
          {recent === undefined || chosen > 0 ? null : <RecentList list={recent} />}
          {chosen === 0 ? null : <JumpBar count={chosen} />}
        </div>
        {chosen === 0 ? null : (
          <ActivationForm
            rows={mine.eligible}
            draft={form.draft}
            edit={form.edit}
            azureNow={azureNow}
            opened={form.opened}
            sending={{
              busy: sending.sending || chosen > BATCH_MAX,
              repeating: sending.repeating,
              error: sender === "form" ? sending.error : null,
            }}
            onSend={(roles) => {
              form.attempted();
              setSender("form");
              sending.send({ batchId: form.draft.batchId, actions: roles.map(({ action }) => action) });
            }}
          />
        )}
      </div>
      {dialog === null ? null : (
        <RowDialog
          target={dialog}
          sending={sending.sending}
          problem={sender === "dialog" ? problem : null}
          onClose={() => setDialog(null)}
          onSend={sendOne}
        />
      )}
    </>
  );
}

/** What I may activate, what is active, what waits. */
export function MinePage() {
  const query = useMine();
  const { data, error, isFetching, dataUpdatedAt, refetch } = query;
  const read = () => void refetch();
  return (
    <ElevationPage
      title={t("elevation.mine.title")}
      intro={t("elevation.mine.intro")}
      actions={
        <>
          {data === undefined ? null : <CompletenessNote value={data.completeness} />}
          <RefreshButton busy={isFetching} onRead={read} />
        </>
      }
    >
      {error !== null ? <Unavailable error={error} title={t("elevation.page.failed")} onRetry={read} /> : null}
      {data !== undefined ? (
        <View
          mine={data}
          offsetMs={azureOffset({ asOf: data.completeness.asOf, clock: data.clock }, dataUpdatedAt)}
          onRead={read}
        />
      ) : error === null ? (
        <Loading words={t("elevation.page.loading")} />
      ) : null}
    </ElevationPage>
  );
}

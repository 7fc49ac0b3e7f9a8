"use client";

import { CodeXml, FileText, ScrollText, WifiOff } from "lucide-react";
import { useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Loading, PageFrame } from "@/components/ui/page-state";
import { formatClock } from "@/lib/client/format";
import { kindWords } from "@/lib/client/rollout-words";
import { useSubscriptionName } from "@/lib/client/use-subscription-name";
import { useTabTitle } from "@/lib/client/use-tab-title";
import { pages } from "@/lib/config/routes";
import type { RolloutActionResult, RolloutView } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { ActionDialog } from "./action-dialog";
import type { ActionPlan } from "./action-plan";
import { AttentionPanel } from "./attention-panel";
import { CauseList } from "./cause-list";
import { RolloutBar } from "./counts-bar";
import { Figures } from "./figures";
import { ReplayNote } from "./replay-note";
import { type Ask, RolloutControls } from "./rollout-controls";
import { chosenWords, countsWords, originWords, stateWords } from "./rollout-words";
import { TaskListCard } from "./task-list";
import { TaskSheet } from "./task-sheet";
import { TemplatesSheet } from "./templates-sheet";
import { Unavailable } from "./unavailable";
import { useRollout } from "./use-rollout";
import { useTaskFilter } from "./use-task-filter";
import { WaveStrip } from "./wave-strip";

function Header({ rollout, ask, onTemplates }: { rollout: RolloutView; ask: Ask; onTemplates: () => void }) {
  const { words, tone } = stateWords(rollout);
  const subscriptionName = useSubscriptionName();
  const machines = t("common.machines", { count: rollout.total });
  return (
    <header className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-96">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="wrap-anywhere min-w-0 font-semibold text-xl tracking-tight">{rollout.name}</h1>
            <Badge tone={tone}>{words}</Badge>
          </div>
          <p className="mt-0.5 text-[0.8125rem]">{t("rolloutLive.page.of", { kind: kindWords(rollout.kind), machines })}</p>
          <p className="wrap-anywhere mt-0.5 text-muted text-xs">{originWords(rollout)}</p>
          {rollout.describedAs === "" ? null : (
            <p className="wrap-anywhere text-muted text-xs">{chosenWords(rollout.describedAs, subscriptionName)}</p>
          )}
        </div>
        <div className="flex flex-wrap items-start gap-2">
          <RolloutControls rollout={rollout} ask={ask} />
          <Link href={pages.rolloutReport(rollout.id)} className={buttonClass()}>
            <FileText aria-hidden />
            {t("rolloutLive.page.report")}
          </Link>
          <Button onClick={onTemplates}>
            <CodeXml aria-hidden />
            {t("rolloutLive.page.templates")}
          </Button>
          <Link href={`${pages.audit()}?operation=${encodeURIComponent(rollout.id)}`} className={buttonClass()}>
            <ScrollText aria-hidden />
            {t("rolloutLive.page.audit")}
          </Link>
        </div>
      </div>
      <div className="grid gap-1">
        <RolloutBar rollout={rollout} className="h-2.5" />
        <p className="flex flex-wrap justify-between gap-x-4 text-xs tabular-nums">
          <span role="status">{countsWords(rollout.kind, rollout.counts)}</span>
          <time dateTime={rollout.asOf} className="text-muted">
            {t("rolloutLive.asOf", { time: formatClock(rollout.asOf) })}
          </time>
        </p>
      </div>
    </header>
  );
}

function doneWords({ button }: ActionPlan, { changed }: RolloutActionResult): string {
  return changed === 0
    ? t("rolloutLive.action.nothing", { action: button })
    : t("rolloutLive.action.changed", { action: button, count: changed });
}

type LiveProps = { rollout: RolloutView; connected: boolean; refused: string | null };

function Live({ rollout, connected, refused }: LiveProps) {
  const { filter, machine, setFilter, setMachine } = useTaskFilter();
  const [plan, ask] = useState<ActionPlan | null>(null);
  const [done, setDone] = useState("");
  const [templates, setTemplates] = useState(false);
  const finish = (of: ActionPlan, result: RolloutActionResult) => {
    ask(null);
    setDone(doneWords(of, result));
  };
  return (
    <>
      {connected ? null : (
        <p
          role="status"
          className="flex items-start gap-2 rounded-md border border-warn/40 bg-warn-soft/50 px-4 py-2 text-[0.8125rem] text-warn"
        >
          <WifiOff aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {t("rolloutLive.page.disconnected", { time: formatClock(rollout.asOf) })}
            {refused === null ? null : ` ${t("rolloutLive.page.refused", { reason: refused })}`}
          </span>
        </p>
      )}
      <ReplayNote rolloutId={rollout.id} />
      <Header rollout={rollout} ask={ask} onTemplates={() => setTemplates(true)} />
      <p role="status" className={done === "" ? "sr-only" : "text-[0.8125rem] text-ok"}>
        {done}
      </p>
      <AttentionPanel rollout={rollout} ask={ask} />
      <Figures rollout={rollout} />
      <WaveStrip rollout={rollout} ask={ask} />
      <CauseList rollout={rollout} ask={ask} />
      <TaskListCard rollout={rollout} filter={filter} onChange={setFilter} onOpen={setMachine} />
      {plan === null ? (
        <TaskSheet rollout={rollout} position={machine} onClose={() => setMachine(null)} ask={ask} />
      ) : (
        <ActionDialog rolloutId={rollout.id} plan={plan} onClose={() => ask(null)} onDone={finish} />
      )}
      {templates ? <TemplatesSheet rollout={rollout} onClose={() => setTemplates(false)} /> : null}
    </>
  );
}

/** A roll-out as it goes on: how far it is, what went wrong and why, and everything that a person can do about it. */
export function RolloutPage({ id }: { id: string }) {
  const { data: rollout, error, refetch, connected, refused } = useRollout(id);
  useTabTitle(rollout?.name);
  return (
    <PageFrame>
      <BackLink href={pages.rollouts()}>{t("rolloutLive.page.back")}</BackLink>
      {rollout !== undefined ? (
        <Live rollout={rollout} connected={connected && error === null} refused={refused?.detail ?? null} />
      ) : (
        <>
          <h1 className="font-semibold text-xl tracking-tight">{t("rolloutLive.page.title")}</h1>
          {error === null ? (
            <Loading words={t("rolloutLive.page.loading")} />
          ) : (
            <Unavailable error={error} onRetry={() => void refetch()} />
          )}
        </>
      )}
    </PageFrame>
  );
}

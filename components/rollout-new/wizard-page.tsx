"use client";

import { useEffect, useRef, useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page-state";
import { StepList } from "@/components/ui/step-list";
import { showToast } from "@/components/ui/toast-store";
import { getAccess } from "@/lib/client/access/use-access";
import { focusFirstInvalid } from "@/lib/client/focus-invalid";
import { forgetTargets, type HandedTargets, handedTargets, handTargets, ROLLOUT_DRAFT } from "@/lib/client/rollout-targets";
import { useDraft } from "@/lib/client/session-draft";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { StepBody } from "./step-body";
import { useWizard, type WizardProps } from "./use-wizard";
import { initialDraft, isWizardDraft, STEPS, type Step, stepBeside } from "./wizard-draft";
import { workOf } from "./work-form";

const newId = (): string => crypto.randomUUID();
const STEP_TITLES = STEPS.map((id) => ({ id, title: t(`rolloutWizard.steps.${id}`) }));

/** undefined until the tab's memory was read, which only the browser can. */
function useTargets(scope: string | null) {
  const [targets, setTargets] = useState<HandedTargets | null | undefined>(undefined);
  useEffect(() => {
    const known = handedTargets();
    if (scope === null) return setTargets(known);
    const same = known?.choice.by === "scope" && known.choice.scope === scope;
    setTargets(same ? known : handTargets({ by: "scope", scope }));
    // From now on the tab's memory holds it, also when another scope is chosen and the page is loaded anew.
    window.history.replaceState(null, "", pages.newRollout());
  }, [scope]);
  return [targets, setTargets] as const;
}

function Wizard(props: WizardProps) {
  const { draft, onDraft } = props;
  const wizard = useWizard(props);
  // Who wants to go on, or was sent back, sees everything that is missing, until another kind of work is looked at.
  const [fixes, setFixes] = useState({ count: 0, kind: draft.work.kind });
  const showAll = fixes.count > 0 && fixes.kind === draft.work.kind;
  const panel = useRef<HTMLDivElement>(null);
  const steps = useRef<HTMLDivElement>(null);
  const shown = useRef({ step: draft.step, fixes: 0 });
  // A new step takes the focus, else keyboard and screen reader stay on a button that has gone. What is wrong in it comes first.
  useEffect(() => {
    const { step, fixes: before } = shown.current;
    shown.current = { step: draft.step, fixes: fixes.count };
    if (before !== fixes.count && focusFirstInvalid(panel.current)) return;
    if (step === draft.step) return;
    panel.current?.focus({ preventScroll: true });
    steps.current?.scrollIntoView?.({ block: "start" });
  }, [draft.step, fixes.count]);
  const go = (step: Step) => onDraft({ ...draft, step });
  const fix = (step: Step) => {
    setFixes(({ count }) => ({ count: count + 1, kind: draft.work.kind }));
    go(step);
  };
  const isWrong = draft.step === "work" ? workOf(draft.work) === null : draft.step === "plan" && wizard.problems.length > 0;
  const [before, after] = [stepBeside(draft.step, -1), stepBeside(draft.step, 1)];
  return (
    <>
      <div ref={steps} className="min-w-0 scroll-mt-4">
        <StepList label={t("rolloutWizard.steps.label")} steps={STEP_TITLES} current={draft.step} onSelect={go} />
      </div>
      {wizard.start.replaying ? (
        <p role="status" className="text-[0.8125rem]">
          {t("rolloutWizard.replay")}
        </p>
      ) : null}
      {wizard.start.dropped ? (
        <p role="alert" className="font-medium text-[0.8125rem] text-warn">
          {t("rolloutWizard.dropped")}
        </p>
      ) : null}
      <div ref={panel} tabIndex={-1} className="min-w-0 focus:outline-none">
        <StepBody {...props} wizard={wizard} showAll={showAll} onFix={fix} />
      </div>
      <div className="flex justify-between gap-2">
        <Button disabled={before === null} onClick={() => before !== null && go(before)}>
          {t("rolloutWizard.previous")}
        </Button>
        {after === null ? null : (
          <Button variant="primary" onClick={() => (isWrong ? fix(draft.step) : go(after))}>
            {t("rolloutWizard.next")}
          </Button>
        )}
      </div>
    </>
  );
}

/** A new roll-out from its first question to its start. `scope`: everything below it is proposed. */
export function WizardPage({ scope }: { scope: string | null }) {
  const [initial, setInitial] = useState(() => initialDraft(newId));
  const [draft, setDraft, clearDraft] = useDraft(ROLLOUT_DRAFT, initial, isWizardDraft);
  const [targets, setTargets] = useTargets(scope);
  // Where the operator holds the right nowhere, the first step says so.
  useEffect(() => getAccess().start(), []);
  const forget = () => {
    clearDraft();
    forgetTargets();
  };
  const startOver = () => {
    const next = initialDraft(newId);
    setInitial(next);
    setDraft(next);
    forget();
    setTargets(null);
    showToast({ tone: "info", title: t("rolloutWizard.startedOver") });
  };
  return (
    <PageFrame>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div className="grid grid-cols-1 gap-1">
          <p className="flex flex-wrap gap-x-4">
            <BackLink href={pages.rollouts()}>{t("rolloutWizard.toList")}</BackLink>
            <BackLink href={pages.machines()}>{t("rolloutWizard.back")}</BackLink>
          </p>
          <h1 className="font-semibold text-xl tracking-tight">{t("rolloutWizard.title")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("rolloutWizard.intro")}</p>
        </div>
        <Button onClick={startOver}>{t("rolloutWizard.startOver")}</Button>
      </header>
      {targets === undefined ? null : (
        <Wizard
          draft={draft}
          targets={targets}
          onDraft={setDraft}
          onScope={(chosen) => setTargets(handTargets({ by: "scope", scope: chosen }))}
          onStarted={forget}
        />
      )}
    </PageFrame>
  );
}

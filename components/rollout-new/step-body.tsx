"use client";

import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { toClientProblem } from "@/lib/client/api-problem";
import { useConfig } from "@/lib/client/config";
import { useSession } from "@/lib/client/session";
import { t } from "@/messages/t";
import { StepPlan } from "./step-plan";
import { StepPreflight } from "./step-preflight";
import { StepReview } from "./step-review";
import { StepTargets } from "./step-targets";
import { StepWork } from "./step-work";
import type { WizardProps, WizardState } from "./use-wizard";
import type { Step } from "./wizard-draft";
import { chosenCount, lacksOf } from "./wizard-model";

export type StepBodyProps = WizardProps & {
  wizard: WizardState;
  showAll: boolean;
  /** Opens a step at the first field that is wrong. */
  onFix: (step: Step) => void;
};

function Checks({ draft, targets, wizard, onDraft, onFix }: StepBodyProps) {
  const { preflight, asked, query, plan } = wizard;
  return (
    <StepPreflight
      lacks={lacksOf(draft, targets)}
      machines={chosenCount(targets)}
      preflight={preflight}
      problem={asked === null || query.error === null ? null : toClientProblem(query.error)}
      checking={asked !== null && query.isFetching}
      included={wizard.included.length}
      includeConfirm={draft.includeConfirm}
      offline={plan.offline}
      subscriptionName={wizard.subscriptionName}
      onAgain={() => void query.refetch()}
      onFix={onFix}
      onIncludeConfirm={(includeConfirm) => onDraft({ ...draft, includeConfirm })}
    />
  );
}

function PlanFirst({ onPlan }: { onPlan: () => void }) {
  return (
    <Card aria-labelledby="plan-first">
      <CardHeader id="plan-first" title={t("rolloutWizard.review.title")} />
      <CardBody className="grid grid-cols-1 justify-items-start gap-2 text-[0.8125rem]">
        <p>{t("rolloutWizard.plan.wrong")}</p>
        <Button onClick={onPlan}>{t("rolloutWizard.plan.toPlan")}</Button>
      </CardBody>
    </Card>
  );
}

function Review(props: StepBodyProps) {
  const { draft, wizard, onDraft, onFix } = props;
  const { account, info } = useSession();
  const config = useConfig();
  const isAdmin = info?.portalRoles.includes("Portal.Admin") === true;
  const { preflight, asked, plan, start } = wizard;
  // Without the checks there is nothing to review, and they say why.
  if (preflight === undefined || asked === null) return <Checks {...props} />;
  if (wizard.problems.length > 0) return <PlanFirst onPlan={() => onFix("plan")} />;
  return (
    <StepReview
      {...wizard}
      work={asked.work}
      preflight={preflight}
      includeConfirm={draft.includeConfirm}
      actsAs={draft.actsAs}
      operatorName={account?.name ?? ""}
      identityOffered={config.rolloutIdentity && isAdmin}
      rolloutId={draft.rolloutId}
      starting={start.starting}
      problem={start.problem}
      onFix={onFix}
      stale={start.stale}
      onName={(name) => onDraft({ ...draft, name })}
      onActsAs={(actsAs) => onDraft({ ...draft, actsAs })}
      onStart={(typedCount) =>
        start.start({
          seen: preflight,
          input: {
            id: draft.rolloutId,
            name: wizard.name.trim(),
            work: asked.work,
            targets: asked.targets.choice,
            plan,
            stamp: preflight.stamp,
            includeConfirm: draft.includeConfirm,
            typedCount,
            actsAs: draft.actsAs,
          },
        })
      }
    />
  );
}

/** The open step. */
export function StepBody(props: StepBodyProps) {
  const { draft, targets, wizard, showAll, onDraft, onScope } = props;
  switch (draft.step) {
    case "work":
      return (
        <StepWork form={draft.work} showAll={showAll} refused={wizard.refused} onForm={(work) => onDraft({ ...draft, work })} />
      );
    case "targets":
      return <StepTargets targets={targets} subscriptionName={wizard.subscriptionName} onScope={onScope} />;
    case "plan":
      return (
        <StepPlan
          form={draft.plan}
          kind={draft.work.kind}
          problems={wizard.problems}
          refused={wizard.refused}
          waves={wizard.waves}
          floorSeconds={wizard.floorSeconds}
          onForm={(form) => onDraft({ ...draft, plan: form })}
        />
      );
    case "review":
      return <Review {...props} />;
    case "preflight":
      return <Checks {...props} />;
  }
}

"use client";

import { useMemo, useState } from "react";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Sheet } from "@/components/ui/sheet";
import { pages } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import type { RolloutActor } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { ConfirmStart } from "./confirm-start";
import { MachineList } from "./machine-list";
import { ReviewRequest } from "./review-request";
import { ReviewSummary, type ReviewSummaryProps } from "./review-summary";
import type { StaleDiff } from "./stale-diff";
import { StaleNote } from "./stale-note";
import { FixButton } from "./step-preflight";
import { Breaks } from "./step-work";
import { mayHaveBegun } from "./use-start";
import { listedTargets } from "./verdict-group";
import type { Step } from "./wizard-draft";
import { nameError } from "./wizard-model";

export type StepReviewProps = Omit<ReviewSummaryProps, "list" | "included"> & {
  included: readonly number[];
  name: string;
  actsAs: RolloutActor;
  operatorName: string;
  /** Whether an administrator has configured the portal's own identity for roll-outs. */
  identityOffered: boolean;
  rolloutId: string;
  reasons: readonly string[];
  starting: boolean;
  problem: Problem | null;
  stale: StaleDiff | "unknown" | null;
  onName: (name: string) => void;
  onActsAs: (actsAs: RolloutActor) => void;
  onStart: (typedCount: number) => void;
  onFix: (step: Step) => void;
};

function ExactList({
  preflight,
  included,
  subscriptionName,
}: Pick<StepReviewProps, "preflight" | "included" | "subscriptionName">) {
  const [open, setOpen] = useState(false);
  const machines = useMemo(() => listedTargets(preflight.targets, included), [preflight, included]);
  if (machines.length === 0) return null;
  const label = t("rolloutWizard.review.showList", { count: machines.length });
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title={t("rolloutWizard.targets.list")} className="max-w-3xl">
        <MachineList tall label={t("rolloutWizard.targets.list")} machines={machines} subscriptionName={subscriptionName} />
      </Sheet>
    </>
  );
}

function ActsAs({ actsAs, operatorName, identityOffered, onActsAs }: StepReviewProps) {
  const operator = t("rolloutWizard.review.actsAsOperator", { name: operatorName });
  if (!identityOffered) {
    return (
      <div className="text-[0.8125rem]">
        <p className="font-medium">{t("rolloutWizard.review.actsAs")}</p>
        <p>{operator}</p>
        <p className="text-muted">{t("rolloutWizard.review.actsAsOperatorAbout")}</p>
      </div>
    );
  }
  return (
    <ChoiceList
      legend={t("rolloutWizard.review.actsAs")}
      value={actsAs}
      choices={[
        { value: "operator", label: operator, about: t("rolloutWizard.review.actsAsOperatorAbout") },
        {
          value: "managedIdentity",
          label: t("rolloutWizard.review.actsAsIdentity"),
          about: t("rolloutWizard.review.actsAsIdentityAbout"),
        },
      ]}
      onChange={onActsAs}
    />
  );
}

function Start(props: StepReviewProps) {
  const { preflight, included, name, rolloutId, reasons, starting, problem, stale, onName, onStart, onFix } = props;
  return (
    <Card aria-labelledby="start-title">
      <CardHeader id="start-title" title={t("rolloutWizard.review.startTitle")} />
      <CardBody className="grid grid-cols-1 gap-4">
        <Field
          label={t("rolloutWizard.review.name")}
          hint={t("rolloutWizard.review.nameHint")}
          error={nameError(name) ?? undefined}
          className="max-w-xl"
        >
          {(control) => <Input {...control} autoComplete="off" value={name} onChange={(event) => onName(event.target.value)} />}
        </Field>
        <ActsAs {...props} />
        {stale === null ? null : <StaleNote diff={stale} />}
        {problem === null ? null : (
          <ProblemPanel
            problem={problem}
            actions={
              mayHaveBegun(problem) || problem.status === 409 ? (
                <Link href={pages.rollout(rolloutId)} className={buttonClass({ size: "sm" })}>
                  {t("rolloutWizard.review.look")}
                </Link>
              ) : (
                <FixButton problem={problem} onFix={onFix} />
              )
            }
          />
        )}
        <ConfirmStart key={preflight.stamp} count={included.length} reasons={reasons} starting={starting} onStart={onStart} />
      </CardBody>
    </Card>
  );
}

/** Everything that would be sent, to whom, as whom and what it can break; then the start. */
export function StepReview(props: StepReviewProps) {
  const { work, preflight, included, subscriptionName } = props;
  const targets = useMemo(() => included.flatMap((index) => preflight.targets[index] ?? []), [included, preflight]);
  return (
    <div className="grid grid-cols-1 min-w-0 items-start gap-4 xl:grid-cols-2">
      <div className="grid grid-cols-1 min-w-0 gap-4">
        <Card aria-labelledby="review-title">
          <CardHeader
            id="review-title"
            title={t("rolloutWizard.review.title")}
            description={<CompletenessNote value={preflight.completeness} what={t("rolloutWizard.preflight.read")} />}
          />
          <ReviewSummary
            {...props}
            included={included.length}
            list={<ExactList preflight={preflight} included={included} subscriptionName={subscriptionName} />}
          />
        </Card>
        <ReviewRequest work={work} targets={targets} request={preflight.request} />
      </div>
      <div className="grid grid-cols-1 min-w-0 gap-4">
        <Breaks kind={work.kind} id="review-breaks" />
        <Start {...props} />
      </div>
    </div>
  );
}

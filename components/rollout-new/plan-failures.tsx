"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { causeWords } from "@/lib/client/rollout-words";
import { PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import { NEVER_RETRIED } from "@/lib/domain/rollout/retry";
import { t } from "@/messages/t";
import { floorWords } from "./duration-words";
import { NumberField, type PlanPartProps, SizeField } from "./plan-fields";
import { RETRIED_CAUSES, RETRY_CHOICES } from "./plan-form";

export function PlanPace({ form, error, onForm, floorSeconds }: PlanPartProps & { floorSeconds: number | null }) {
  return (
    <Card aria-labelledby="plan-pace">
      <CardHeader id="plan-pace" title={t("rolloutWizard.plan.pace.title")} description={floorWords(floorSeconds)} />
      <CardBody className="grid grid-cols-1 gap-4">
        <NumberField
          label={t("rolloutWizard.plan.pace.concurrency")}
          hint={t("rolloutWizard.plan.pace.concurrencyHint", PLAN_BOUNDS.concurrency)}
          error={error("plan.concurrency")}
          value={form.concurrency}
          onChange={(concurrency) => onForm({ ...form, concurrency })}
        />
        <SizeField
          label={t("rolloutWizard.plan.pace.threshold")}
          hint={t("rolloutWizard.plan.pace.thresholdHint")}
          error={error("plan.threshold")}
          unitLabel={t("rolloutWizard.plan.pace.thresholdUnit")}
          size={form.threshold}
          onSize={(threshold) => onForm({ ...form, threshold })}
        />
        <ChoiceList
          legend={t("rolloutWizard.plan.pace.onThreshold")}
          value={form.onThreshold}
          choices={[
            { value: "hold", label: t("rolloutWizard.plan.pace.hold"), about: t("rolloutWizard.plan.pace.holdAbout") },
            { value: "stop", label: t("rolloutWizard.plan.pace.stop"), about: t("rolloutWizard.plan.pace.stopAbout") },
          ]}
          onChange={(onThreshold) => onForm({ ...form, onThreshold })}
        />
        <NumberField
          label={t("rolloutWizard.plan.pace.giveUp")}
          hint={t("rolloutWizard.plan.pace.giveUpHint")}
          error={error("plan.giveUpAfterMinutes")}
          value={form.giveUpAfter}
          onChange={(giveUpAfter) => onForm({ ...form, giveUpAfter })}
        />
      </CardBody>
    </Card>
  );
}

export function PlanRetries({ form, error, onForm }: PlanPartProps) {
  return (
    <Card aria-labelledby="plan-retries">
      <CardHeader
        id="plan-retries"
        title={t("rolloutWizard.plan.retries.title")}
        description={t("rolloutWizard.plan.retries.about")}
      />
      <CardBody className="grid grid-cols-1 gap-3">
        {RETRIED_CAUSES.map((cause) => (
          <Field
            key={cause}
            label={causeWords(cause)}
            error={error(`plan.retries.${cause}`)}
            className="grid-cols-[minmax(0,1fr)_11rem] items-center"
          >
            {(control) => (
              <Select
                {...control}
                value={String(form.retries[cause] ?? 0)}
                onChange={({ target }) => onForm({ ...form, retries: { ...form.retries, [cause]: Number(target.value) } })}
              >
                {RETRY_CHOICES.map((count) => (
                  <option key={count} value={count}>
                    {count === 0 ? t("rolloutWizard.plan.retries.none") : t("rolloutWizard.plan.retries.tries", { count })}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ))}
        <NumberField
          label={t("rolloutWizard.plan.retries.after")}
          hint={t("rolloutWizard.plan.retries.afterHint")}
          error={error("plan.retryAfterMinutes")}
          value={form.retryAfter}
          onChange={(retryAfter) => onForm({ ...form, retryAfter })}
        />
        <p className="text-muted text-xs">
          {t("rolloutWizard.plan.retries.never", { causes: NEVER_RETRIED.map(causeWords).join(", ") })}
        </p>
      </CardBody>
    </Card>
  );
}

"use client";

import { Plus, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import type { PlannedWave } from "@/lib/domain/rollout/plan";
import { t } from "@/messages/t";
import { NumberField, type PlanPartProps, SizeField } from "./plan-fields";
import { MAX_WAVE_SIZES, type SizeText } from "./plan-form";
import { WavePicture } from "./wave-picture";

const FIRST_SIZE: SizeText = { value: "25", unit: "percent" };

/** Sizes have no names of their own; their place in the list is what they are. */
const keyOf = (index: number) => `size-${index}`;

export function PlanWaves({ form, error, onForm, waves }: PlanPartProps & { waves: readonly PlannedWave[] }) {
  const setSize = (index: number, size: SizeText) =>
    onForm({ ...form, waves: form.waves.map((other, at) => (at === index ? size : other)) });
  const last = form.waves.length - 1;
  // As the picture and the live page count them: the canary is the first wave.
  const firstNumber = /^0*$/.test(form.canary.trim()) ? 1 : 2;
  const allError = error("plan.waves");
  return (
    <Card aria-labelledby="plan-waves">
      <CardHeader id="plan-waves" title={t("rolloutWizard.plan.waves.title")} description={t("rolloutWizard.plan.waves.about")} />
      <CardBody className="grid grid-cols-1 items-start gap-x-8 gap-y-5 sm:grid-cols-2">
        <div className="grid grid-cols-1 min-w-0 gap-4">
          <NumberField
            label={t("rolloutWizard.plan.waves.canary")}
            hint={t("rolloutWizard.plan.waves.canaryHint")}
            error={error("plan.canary")}
            value={form.canary}
            onChange={(canary) => onForm({ ...form, canary })}
          />
          {form.waves.map((size, index) => (
            <SizeField
              key={keyOf(index)}
              label={t("rolloutWizard.plan.waves.size", { number: index + firstNumber })}
              {...(index === last ? { hint: t("rolloutWizard.plan.waves.sizeHint") } : {})}
              error={error(`plan.waves.${index}`) ?? (index === last ? allError : undefined)}
              unitLabel={t("rolloutWizard.plan.waves.unit", { number: index + firstNumber })}
              size={size}
              onSize={(next) => setSize(index, next)}
              action={
                form.waves.length === 1 ? undefined : (
                  <Button
                    variant="ghost"
                    size="icon"
                    aria-label={t("rolloutWizard.plan.waves.remove", { number: index + firstNumber })}
                    onClick={() => onForm({ ...form, waves: form.waves.filter((_, at) => at !== index) })}
                  >
                    <X aria-hidden />
                  </Button>
                )
              }
            />
          ))}
          <Button
            size="sm"
            className="justify-self-start"
            disabled={form.waves.length >= MAX_WAVE_SIZES}
            onClick={() => onForm({ ...form, waves: [...form.waves, form.waves[last] ?? FIRST_SIZE] })}
          >
            <Plus aria-hidden />
            {t("rolloutWizard.plan.waves.add")}
          </Button>
        </div>
        <div className="grid grid-cols-1 min-w-0 gap-5">
          {waves.length === 0 ? null : <WavePicture waves={waves} />}
          <ChoiceList
            legend={t("rolloutWizard.plan.waves.pause")}
            value={form.pause}
            choices={[
              { value: "none", label: t("rolloutWizard.plan.waves.pauseNone") },
              { value: "minutes", label: t("rolloutWizard.plan.waves.pauseMinutes") },
              { value: "person", label: t("rolloutWizard.plan.waves.pausePerson") },
            ]}
            onChange={(pause) => onForm({ ...form, pause })}
          />
          {form.pause === "minutes" ? (
            <NumberField
              label={t("rolloutWizard.plan.waves.minutes")}
              error={error("plan.pause.minutes")}
              value={form.pauseMinutes}
              onChange={(pauseMinutes) => onForm({ ...form, pauseMinutes })}
            />
          ) : null}
        </div>
      </CardBody>
    </Card>
  );
}

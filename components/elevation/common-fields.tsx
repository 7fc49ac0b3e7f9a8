"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { JUSTIFICATION_MAX } from "@/lib/domain/elevation/activation-form";
import { t } from "@/messages/t";
import { type ActivationDraft, durationChoices, type FormRole } from "./activation-draft";
import { minutesWords } from "./time-words";
import type { DraftEdit } from "./use-activation";

const IN_AN_HOUR_MS = 3_600_000;

function asksFor(roles: readonly FormRole[], what: "justification" | "ticket"): number {
  return roles.filter(({ row }) => row.policy.known && row.policy.policy.activation[what]).length;
}

/** True while a role lacks this; the field then takes the focus when a saved form is opened. */
function lacks(roles: readonly FormRole[], field: "justification" | "ticket"): boolean {
  return roles.some(({ problems }) => problems.some((problem) => problem.blocks && problem.field === field));
}

function firstStart(): string {
  return new Date(Date.now() + IN_AN_HOUR_MS).toISOString().slice(0, 16);
}

type Props = { draft: ActivationDraft; roles: readonly FormRole[]; edit: DraftEdit };

function Words({ draft, roles, edit }: Props) {
  const reasons = asksFor(roles, "justification");
  const tickets = asksFor(roles, "ticket");
  const ticketHint = tickets > 0 ? t("elevation.form.ticketFor", { count: tickets }) : t("elevation.form.ticketNone");
  return (
    <>
      <Field
        label={t("elevation.form.justification")}
        hint={reasons > 0 ? t("elevation.form.justificationFor", { count: reasons }) : t("elevation.form.justificationNone")}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            className="min-h-14"
            maxLength={JUSTIFICATION_MAX}
            data-lacks={lacks(roles, "justification")}
            value={draft.justification}
            onChange={(event) => edit.all({ justification: event.target.value })}
          />
        )}
      </Field>
      <div className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2">
        <Field label={t("elevation.form.ticketNumber")} hint={ticketHint}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              autoComplete="off"
              data-lacks={lacks(roles, "ticket")}
              value={draft.ticketNumber}
              onChange={(event) => edit.all({ ticketNumber: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("elevation.form.ticketSystem")}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              value={draft.ticketSystem}
              onChange={(event) => edit.all({ ticketSystem: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}

/** What holds for all chosen roles: how long, why, ticket, when. */
export function CommonFields({ draft, roles, edit }: Props) {
  const choices = durationChoices(roles.map(({ row }) => row));
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2">
        <Field label={t("elevation.form.minutes")}>
          {(control) => (
            <Select
              {...control}
              value={draft.minutes ?? ""}
              onChange={({ target }) => edit.all({ minutes: target.value === "" ? null : Number(target.value) })}
            >
              <option value="">{t("elevation.form.maximum")}</option>
              {choices.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {minutesWords(minutes)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid justify-items-start gap-1.5">
          <span aria-hidden className="font-medium text-[0.8125rem]">
            {t("elevation.form.start")}
          </span>
          <Segmented
            label={t("elevation.form.start")}
            value={draft.startsAt === "" ? "now" : "later"}
            options={[
              { value: "now", label: t("elevation.form.startNow") },
              { value: "later", label: t("elevation.form.startLater") },
            ]}
            onChange={(when) => edit.all({ startsAt: when === "now" ? "" : firstStart() })}
          />
        </div>
      </div>
      {draft.startsAt === "" ? null : (
        <Field label={t("elevation.form.startAt")}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              required
              value={draft.startsAt}
              onChange={(event) => edit.all({ startsAt: event.target.value })}
            />
          )}
        </Field>
      )}
      <Words draft={draft} roles={roles} edit={edit} />
    </div>
  );
}

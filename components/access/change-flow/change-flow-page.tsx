"use client";

import { useEffect, useRef, useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RightButton, RightReason, rightRefusal } from "@/components/ui/right-note";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { decodePreset } from "@/lib/client/change-draft";
import { focusFirstInvalid } from "@/lib/client/focus-invalid";
import { useDraft } from "@/lib/client/session-draft";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { useRights } from "../use-rights";
import {
  assignsRoles,
  changesOf,
  type FlowDraft,
  initialFlowDraft,
  isFlowDraft,
  type Lack,
  lacksOf,
  withNames,
} from "./flow-draft";
import { LimitForm } from "./limit-form";
import { PreviewPanel } from "./preview-panel";
import { PrincipalPicker } from "./principal-picker";
import { type Refused, refusedParts } from "./refused-parts";
import { RolePicker } from "./role-picker";
import { ScopePicker } from "./scope-picker";
import { usePreview, useWrite } from "./use-change-flow";
import { useRoles } from "./use-roles";

const newId = (): string => crypto.randomUUID();

type FormProps = { draft: FlowDraft; onDraft: (draft: FlowDraft) => void };
type ShowProps = { draft: FlowDraft; lacks: readonly Lack[]; onShow: () => void };

/** Off while the operator may not assign roles at one of the chosen scopes. */
function ShowPreview({ draft, lacks, onShow }: ShowProps) {
  const right = useRights(draft.scopes)("assignRoles", draft.scopes);
  const refusal = rightRefusal(right);
  if (refusal !== null) {
    return (
      <>
        <RightButton variant="primary" size="lg" right={right}>
          {t("access.change.showPreview")}
        </RightButton>
        <RightReason right={right} />
      </>
    );
  }
  return (
    <Button variant="primary" size="lg" aria-describedby={lacks.length === 0 ? undefined : "lacks"} onClick={onShow}>
      {t("access.change.showPreview")}
    </Button>
  );
}

type ErrorsProps = { refused: Refused; onRefused: (refused: Refused) => void };

function Form({ draft, refused, onDraft, onRefused }: FormProps & ErrorsProps) {
  const roles = useRoles().data?.roles ?? [];
  const lacks = lacksOf(draft);
  const delegates = assignsRoles(draft, roles);
  const form = useRef<HTMLDivElement>(null);
  const [tries, setTries] = useState(0);
  // What is wrong is reached without a search, also on the way back from a preview that was refused.
  // biome-ignore lint/correctness/useExhaustiveDependencies: every try leads there anew.
  useEffect(() => void focusFirstInvalid(form.current), [tries]);
  const error = (part: Lack) => (tries > 0 && lacks.includes(part) ? t(`access.change.lack.${part}`) : refused[part]);
  // Once they stand at their fields they are not said twice.
  const listed = tries === 0 ? lacks : [];
  /** What the server said of a part holds until that part is another. */
  const change = (part: Lack, next: FlowDraft) => {
    if (refused[part] !== undefined) onRefused({ ...refused, [part]: undefined });
    onDraft(next);
  };
  const show = () => {
    if (lacks.length > 0) return setTries(tries + 1);
    onRefused({});
    onDraft({ ...withNames(draft, newId), previewing: true });
  };
  const setRoles = (roleIds: string[]) => {
    const next = { ...draft, roleIds };
    change("role", assignsRoles(next, roles) ? next : { ...next, limit: null });
  };
  return (
    <div ref={form} className="grid grid-cols-1 min-w-0 gap-4">
      <div className="grid min-w-0 items-start gap-4 xl:grid-cols-2">
        <PrincipalPicker chosen={draft.who} error={error("who")} onChange={(who) => change("who", { ...draft, who })} />
        <ScopePicker
          offered={draft.offered}
          chosen={draft.scopes}
          error={error("scope")}
          onChange={(scopes) => change("scope", { ...draft, ...scopes })}
        />
      </div>
      <RolePicker chosen={draft.roleIds} wants={draft.wants} scope={draft.scopes[0]} error={error("role")} onChange={setRoles} />
      {delegates ? (
        <LimitForm draft={draft} roles={roles} error={error("limit")} onLimit={(limit) => change("limit", { ...draft, limit })} />
      ) : null}
      <Card>
        <CardBody className="grid grid-cols-1 justify-items-start gap-3">
          <Field label={t("access.change.description")} hint={t("access.change.descriptionHint")} className="w-full max-w-xl">
            {(control) => (
              <Input
                {...control}
                maxLength={512}
                value={draft.description}
                onChange={(event) => onDraft({ ...draft, description: event.target.value })}
              />
            )}
          </Field>
          <ShowPreview draft={draft} lacks={listed} onShow={show} />
          {listed.length === 0 ? null : (
            <ul id="lacks" className="grid list-disc gap-0.5 pl-5 text-muted text-xs">
              {listed.map((lack) => (
                <li key={lack}>{t(`access.change.lack.${lack}`)}</li>
              ))}
            </ul>
          )}
        </CardBody>
      </Card>
    </div>
  );
}

function Failure({ error, changeSetId }: { error: unknown; changeSetId: string }) {
  const problem = toClientProblem(error);
  // Without an answer the portal may have taken the change, so its page is offered instead of a second attempt.
  const unanswered = problem.status === 0 || problem.status >= 500;
  return (
    <ProblemPanel
      problem={problem}
      actions={
        unanswered ? (
          <Link href={pages.accessChangeSet(changeSetId)} className={buttonClass({ size: "sm" })}>
            {t("access.change.preview.look")}
          </Link>
        ) : undefined
      }
    />
  );
}

type PreviewProps = FormProps & { onRefused: (refused: Refused) => void; onWritten: () => void };

function Preview({ draft, onDraft, onRefused, onWritten }: PreviewProps) {
  const changes = changesOf(draft);
  const preview = usePreview(changes, true);
  const { write, writing, error, stale, clearStale } = useWrite({ changeSetId: draft.changeSetId, changes, onWritten });
  const panel = useRef<HTMLDivElement>(null);
  // The button that led here is gone, so keyboard and screen reader continue at the preview.
  useEffect(() => panel.current?.focus(), []);
  const edit = () => {
    const problem = preview.error ?? error;
    onRefused(problem === null ? {} : refusedParts(toClientProblem(problem).fields ?? [], draft));
    onDraft({ ...draft, previewing: false });
  };
  const again = () => {
    clearStale();
    void preview.refetch();
  };
  return (
    <div ref={panel} tabIndex={-1} className="grid grid-cols-1 min-w-0 gap-4 focus:outline-none">
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={edit} disabled={writing}>
          {t(draft.fixed.length > 0 && draft.who.length === 0 ? "access.change.addMore" : "access.change.edit")}
        </Button>
        {draft.fixed.length === 0 ? null : (
          <p className="text-[0.8125rem] text-muted">
            {t("access.change.fixed", { count: draft.fixed.length })}. {t("access.change.fixedAbout")}
          </p>
        )}
      </div>
      {preview.data !== undefined ? (
        <PreviewPanel
          preview={preview.data}
          stale={stale}
          refreshing={preview.isFetching}
          writing={writing}
          onAgain={again}
          onWrite={(confirmed) => preview.data !== undefined && write({ preview: preview.data, confirmed })}
        />
      ) : preview.error !== null ? (
        <ProblemPanel
          problem={toClientProblem(preview.error)}
          actions={
            <Button size="sm" onClick={again}>
              {t("common.retry")}
            </Button>
          }
        />
      ) : (
        <div aria-busy="true">
          <p role="status" className="mb-2 text-[0.8125rem] text-muted">
            {t("access.change.preview.computing")}
          </p>
          <Skeleton className="h-72" />
        </div>
      )}
      {error === null ? null : <Failure error={error} changeSetId={draft.changeSetId} />}
    </div>
  );
}

/** Who gets or loses what, where: the form, what would change, and the write. */
export function ChangeFlowPage({ presetText }: { presetText: string }) {
  const [initial] = useState(() => initialFlowDraft(decodePreset(presetText), newId));
  const [refused, setRefused] = useState<Refused>({});
  const [draft, setDraft, clearDraft] = useDraft(`accessChange.${presetText}`, initial, isFlowDraft);
  return (
    <div className="mx-auto grid grid-cols-1 w-full min-w-0 max-w-[96rem] gap-4 px-4 py-4 md:px-5">
      <header className="grid grid-cols-1 gap-1">
        <p className="flex flex-wrap gap-x-4">
          {draft.back === null ? null : <BackLink href={draft.back}>{t("access.change.back")}</BackLink>}
          <Link href={pages.accessChanges()} className="text-link text-xs hover:underline">
            {t("access.change.history")}
          </Link>
        </p>
        <h1 className="font-semibold text-xl tracking-tight">{t("access.change.title")}</h1>
        <p className="text-[0.8125rem] text-muted">{t("access.change.intro")}</p>
      </header>
      {draft.previewing ? (
        <Preview draft={draft} onDraft={setDraft} onRefused={setRefused} onWritten={clearDraft} />
      ) : (
        <Form draft={draft} refused={refused} onDraft={setDraft} onRefused={setRefused} />
      )}
    </div>
  );
}

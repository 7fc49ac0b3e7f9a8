"use client";

import { ArrowLeft, SearchX } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { RightLink } from "@/components/ui/right-note";
import type { PersonView } from "@/lib/client/access/people-types";
import { useAccess, useAccessAnswer } from "@/lib/client/access/use-access";
import { encodePreset } from "@/lib/client/change-draft";
import { formatClock, formatNumber, formatPercent } from "@/lib/client/format";
import { useTabTitle } from "@/lib/client/use-tab-title";
import { pages } from "@/lib/config/routes";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { useRightAnywhere } from "../use-rights";
import { AccessFailure, AccessNotices, AccessProgressLine, LoadingRows, ReadOnlyNote } from "./access-status";
import { kindWords } from "./access-words";
import { PersonGrants, RemoveAllGrants } from "./person-grants";
import { PersonMachines } from "./person-machines";
import { PersonMembers } from "./person-members";

function countOf(person: PersonView, capability: AccessCapabilityId, lane: AccessLane): number {
  return person.reach.find((row) => row.capability === capability)?.counts[lane] ?? 0;
}

function Figures({ person }: { person: PersonView }) {
  const blast = countOf(person, "becomeIdentity", "now");
  const figure = (value: number) => `${person.atLeast && value > 0 ? "≥ " : ""}${formatNumber(value)}`;
  const rows = [
    { id: "signIn", label: t("accessFleet.person.signIn"), value: countOf(person, "signInUser", "now") },
    { id: "signInAdmin", label: t("accessFleet.person.signInAdmin"), value: countOf(person, "signInAdmin", "now") },
    { id: "assign", label: t("accessFleet.person.assign"), value: countOf(person, "assignRoles", "now") },
    { id: "later", label: t("accessFleet.person.later"), value: countOf(person, "becomeIdentity", "eligible") },
  ];
  return (
    <dl className="grid grid-cols-2 gap-2.5 lg:grid-cols-[1.6fr_1fr_1fr_1fr_1fr]">
      <div className="col-span-2 flex flex-col justify-between rounded-lg border border-line bg-surface px-3.5 py-2.5 shadow-card lg:col-span-1">
        <dt className="text-muted text-xs">
          {t("accessFleet.person.blast", { kind: kindWords(person.principal).toLowerCase() })}
        </dt>
        <dd className="mt-0.5 flex items-baseline gap-2">
          <span className="font-semibold text-2xl tabular-nums">{figure(blast)}</span>
          <span className="text-muted text-xs tabular-nums">
            {`${t("accessFleet.person.blastOf", { machines: person.machines })} · ${formatPercent(blast, person.machines)}`}
          </span>
        </dd>
      </div>
      {rows.map((row) => (
        <div
          key={row.id}
          className="flex flex-col justify-between rounded-lg border border-line bg-surface px-3.5 py-2.5 shadow-card"
        >
          <dt className="text-muted text-xs">{row.label}</dt>
          <dd className="mt-0.5 font-semibold text-xl tabular-nums">{figure(row.value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function notesOf({ principal, atLeast }: PersonView): string[] {
  const notes: string[] = [];
  if (principal.kind === "group") notes.push(t("accessFleet.person.groupNote"));
  if (principal.kind === "guest") notes.push(t("accessFleet.person.guestNote"));
  if (principal.kind === "deleted") notes.push(t("accessFleet.person.deletedNote"));
  if (principal.enabled === false) notes.push(t("accessFleet.person.disabledNote"));
  if (atLeast) notes.push(t("accessFleet.person.atLeast"));
  return notes;
}

function PersonHeading({ person }: { person: PersonView }) {
  const { principal } = person;
  const name = principal.displayName === "" ? principal.id : principal.displayName;
  useTabTitle(name);
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="break-words font-semibold text-lg leading-6">{name}</h1>
        <Badge tone={principal.kind === "guest" ? "warn" : principal.kind === "deleted" ? "bad" : "quiet"}>
          {kindWords(principal)}
        </Badge>
        {principal.enabled === false ? <Badge tone="bad">{t("accessFleet.disabled")}</Badge> : null}
      </div>
      <p className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-muted">
        {principal.detail === "" ? null : <span className="break-all">{principal.detail}</span>}
        <span className="inline-flex items-center gap-1">
          {t("accessFleet.person.objectId")} <code className="break-all font-mono text-xs">{principal.id}</code>
          <CopyButton text={principal.id} label={t("accessFleet.person.copyId")} />
        </span>
      </p>
      {notesOf(person).map((note) => (
        <p key={note} className="text-[0.8125rem]">
          {note}
        </p>
      ))}
    </div>
  );
}

function Unknown({ id }: { id: string }) {
  return (
    <Card>
      <CardBody>
        <EmptyState icon={SearchX} title={t("accessFleet.person.unknown")}>
          {t("accessFleet.person.unknownDetail", { id })}
        </EmptyState>
      </CardBody>
    </Card>
  );
}

/** One person, group or identity: what it reaches, and where that comes from. */
export function PersonPage({ id }: { id: string }) {
  const status = useAccess();
  const answer = useAccessAnswer(id, (backend) => backend.call("person", id));
  const person = answer.key === id ? answer.value : undefined;
  const mayAssign = useRightAnywhere("assignRoles");
  return (
    <div className="mx-auto grid max-w-6xl gap-4 px-4 py-4 md:px-6 md:py-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link href={`${pages.access()}?view=people`} className={cn(buttonClass({ variant: "ghost", size: "sm" }), "-ml-2.5")}>
          <ArrowLeft aria-hidden />
          {t("accessFleet.person.back")}
        </Link>
        <span className="flex flex-wrap items-center gap-3">
          {status.asOf === null || status.phase !== "ready" ? null : (
            <span className="text-muted text-xs">{t("common.completeness.asOf", { time: formatClock(status.asOf) })}</span>
          )}
          {person === undefined || person === null || person.principal.kind === "deleted" ? null : (
            <RightLink
              right={mayAssign}
              href={pages.accessChange(encodePreset({ who: [person.principal], back: pages.person(id) }))}
            >
              {t("accessFleet.person.assignRole")}
            </RightLink>
          )}
        </span>
      </div>
      {person === undefined || person === null ? (
        <h1 className="sr-only">{t("accessFleet.title")}</h1>
      ) : (
        <PersonHeading person={person} />
      )}
      <AccessProgressLine status={status} />
      <AccessNotices status={status} />
      <ReadOnlyNote right={mayAssign} />
      {status.phase === "failed" ? (
        <AccessFailure status={status} />
      ) : person === undefined ? (
        <LoadingRows label={t("accessFleet.state.loading")} />
      ) : person === null ? (
        <Unknown id={id} />
      ) : (
        <>
          <Figures person={person} />
          <PersonMachines person={person} />
          <Card aria-labelledby="person-grants">
            <CardHeader
              id="person-grants"
              title={t("accessFleet.person.grants")}
              description={t("accessFleet.person.grantsNote")}
              actions={<RemoveAllGrants person={person} />}
            />
            <PersonGrants person={person} />
          </Card>
          <PersonMembers person={person} />
        </>
      )}
    </div>
  );
}

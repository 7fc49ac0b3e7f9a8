"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { Fragment, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RightLink, RightReason } from "@/components/ui/right-note";
import { Sheet } from "@/components/ui/sheet";
import { Table, Td, Th } from "@/components/ui/table";
import type { PersonGrant } from "@/lib/client/access/people-types";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { encodePreset } from "@/lib/client/change-draft";
import { formatDateTime, formatNumber } from "@/lib/client/format";
import { api, pages } from "@/lib/config/routes";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { allOf } from "@/lib/domain/access/rights";
import { lastSegment } from "@/lib/domain/access/scope";
import type { PrincipalInput } from "@/lib/domain/access/types";
import type { UsedRolesView } from "@/lib/domain/access/used-actions";
import { t } from "@/messages/t";
import type { useRights } from "../use-rights";
import { capabilityWords, scopeWords } from "./access-words";

const FRESH_MS = 5 * 60_000;
/** Capabilities whose use the activity log never shows, or that only follow from others. */
const UNSEEN: readonly AccessCapabilityId[] = ["read", "signInUser", "signInAdmin", "adminCenter", "becomeIdentity"];

type Props = { principal: PrincipalInput; grant: PersonGrant; rightAt: ReturnType<typeof useRights> };

/** An operation of Azure, broken where its parts meet and nowhere else. */
function Operation({ name }: { name: string }) {
  const parts = name.split(/(?<=[/.])/);
  return (
    <code className="break-words font-mono text-xs">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one name never change places.
        <Fragment key={index}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}

function WordList({ title, words, mono = false }: { title: string; words: readonly string[]; mono?: boolean }) {
  if (words.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="font-semibold text-[0.8125rem]">{title}</h3>
      <ul className={cn("mt-1.5 grid grid-cols-1 gap-x-6 gap-y-1 text-[0.8125rem]", !mono && "sm:grid-cols-2")}>
        {words.map((word) => (
          <li key={word} className="min-w-0">
            {mono ? <Operation name={word} /> : word}
          </li>
        ))}
      </ul>
    </section>
  );
}

function verdictWords(view: UsedRolesView): string {
  const from = formatDateTime(view.from);
  if (view.verdict === "unused") return t("accessFleet.used.nothing", { from });
  if (view.verdict === "unknown") return t("accessFleet.used.unknown");
  if (view.verdict === "none") return t("accessFleet.used.none");
  if (view.verdict === "smallest" || view.role === null) return t("accessFleet.used.smallest", { role: view.held.name });
  return t("accessFleet.used.smaller", { role: view.role.name });
}

/** Everything that keeps the answer from being whole, in sentences. */
function gapsOf(view: UsedRolesView): string[] {
  const gaps = view.logs.flatMap(({ name, problem, readBackTo }) => {
    if (problem !== null) return [t("accessFleet.used.unread", { name, reason: problem.detail })];
    return readBackTo === null ? [] : [t("accessFleet.used.cut", { name, time: formatDateTime(readBackTo) })];
  });
  const { leftOut } = view;
  if (leftOut.length > 0) gaps.push(t("accessFleet.used.leftOut", { count: leftOut.length, names: leftOut.join(", ") }));
  if (view.logs.length === 0) gaps.push(t("accessFleet.used.noSubscriptions"));
  if (view.aboveSubscriptions) gaps.push(t("accessFleet.used.aboveSubscriptions"));
  return gaps;
}

function Gaps({ view }: { view: UsedRolesView }) {
  const gaps = gapsOf(view);
  const isAtLeast = !view.isWhole && view.used.length > 0;
  if (gaps.length === 0 && !isAtLeast) return null;
  return (
    <div className="flex gap-2.5 rounded-md border border-warn/40 bg-warn-soft/50 px-3 py-2.5 text-[0.8125rem]">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-1">
        {isAtLeast ? <p className="font-medium text-warn">{t("accessFleet.used.atLeast")}</p> : null}
        {gaps.length === 0 ? null : (
          <ul className="grid gap-1">
            {gaps.map((gap) => (
              <li key={gap} className="break-words">
                {gap}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function UsedTable({ view }: { view: UsedRolesView }) {
  if (view.used.length === 0) return null;
  return (
    <Table caption={t("accessFleet.used.used")}>
      <thead>
        <tr>
          <Th>{t("accessFleet.used.operation")}</Th>
          <Th className="text-right">{t("accessFleet.used.count")}</Th>
          <Th>{t("accessFleet.used.last")}</Th>
        </tr>
      </thead>
      <tbody>
        {view.used.map(({ action, count, lastAt }) => (
          <tr key={action}>
            <Td>
              <Operation name={action} />
            </Td>
            <Td className="text-right tabular-nums">{formatNumber(count)}</Td>
            <Td className="min-w-24 sm:whitespace-nowrap">{formatDateTime(lastAt)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Answer({ view }: { view: UsedRolesView }) {
  const role = view.held.name;
  return (
    <div className="grid grid-cols-1 gap-5">
      <p className="font-semibold text-sm">{verdictWords(view)}</p>
      <Gaps view={view} />
      <UsedTable view={view} />
      <WordList title={t("accessFleet.used.loses")} words={view.loses.map(capabilityWords)} />
      <WordList title={t("accessFleet.used.losesActions", { role })} words={view.losesActions} mono />
      <WordList title={t("accessFleet.used.losesDataActions", { role })} words={view.losesDataActions} mono />
      <WordList title={t("accessFleet.used.gains", { role })} words={view.gains.map(capabilityWords)} />
      <p className="text-muted text-xs">
        {t("accessFleet.used.since", { from: formatDateTime(view.from), to: formatDateTime(view.to) })}{" "}
        {t("accessFleet.used.limits")}
      </p>
    </div>
  );
}

/** The way to the change flow with the smaller role given first and the wide one taken after. */
function Replace({ principal, grant, rightAt, role }: Props & { role: NonNullable<UsedRolesView["role"]> }) {
  const [assignmentName] = useState(() => crypto.randomUUID());
  if (grant.condition !== null) return <p className="text-muted text-xs">{t("accessFleet.used.condition")}</p>;
  const scope = grant.scope.id;
  const right = allOf([rightAt("assignRoles", [scope]), rightAt("removeRoles", [scope])], "assignRoles");
  const given = { assignmentName, principalId: principal.id, roleId: lastSegment(role.id), scope };
  const changes = [
    { kind: "assign" as const, ...given, condition: null, description: null },
    { kind: "remove" as const, assignmentId: grant.id },
  ];
  return (
    <>
      <RightReason right={right} />
      <RightLink
        right={right}
        href={pages.accessChange(encodePreset({ changes, back: pages.person(principal.id) }))}
        variant="primary"
        className="h-auto min-h-8 max-w-full whitespace-normal py-1.5 text-left"
      >
        {t("accessFleet.used.replace", { role: role.name })}
      </RightLink>
    </>
  );
}

function UsedRoleSheet({ onClose, ...props }: Props & { onClose: () => void }) {
  const { principal, grant } = props;
  const asked = { principal: principal.id, scope: grant.scope.id, role: lastSegment(grant.roleId) };
  const { data, error } = useQuery({
    queryKey: ["usedRoles", asked],
    queryFn: ({ signal }) => apiFetch<UsedRolesView>(api.accessUsedRoles(asked), { signal }),
    staleTime: FRESH_MS,
  });
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("accessFleet.used.title", { name: principal.displayName, role: grant.roleName })}
      description={t("accessFleet.used.description", { scope: scopeWords(grant.scope) })}
      className="max-w-xl"
      {...(data?.role == null ? {} : { footer: <Replace {...props} role={data.role} /> })}
    >
      {error !== null ? (
        <ProblemPanel problem={toClientProblem(error)} />
      ) : data === undefined ? (
        <p role="status">{t("accessFleet.used.loading")}</p>
      ) : (
        <Answer view={data} />
      )}
    </Sheet>
  );
}

/** Asks what was really used of an own assignment; nothing where the log could never show a use. */
export function UsedRoleButton(props: Props) {
  const { principal, grant } = props;
  const [isOpen, setOpen] = useState(false);
  const isSeen = grant.capabilities.some((id) => !UNSEEN.includes(id));
  if (!isSeen || grant.groups.length > 0 || principal.kind === "group" || principal.kind === "deleted") return null;
  return (
    <>
      <Button size="sm" aria-label={t("accessFleet.used.buttonOf", { role: grant.roleName })} onClick={() => setOpen(true)}>
        {t("accessFleet.used.button")}
      </Button>
      {isOpen ? <UsedRoleSheet {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

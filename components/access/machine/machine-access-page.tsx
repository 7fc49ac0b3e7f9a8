"use client";

import { useRouter } from "next/navigation";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useDeferredValue, useMemo } from "react";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Input } from "@/components/ui/input";
import { RightButton } from "@/components/ui/right-note";
import { Segmented } from "@/components/ui/segmented";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { AssignmentView, MachineAccessView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { AtLeastNote } from "../at-least-note";
import type { PathActions } from "../holder-list";
import { principalName } from "../principal-chip";
import { byPerson, filterAnswers, findCannotSignIn, scopesOf } from "./access-model";
import { AssignmentsCard } from "./assignments-card";
import { CannotSignInCard } from "./cannot-sign-in";
import { CapabilityNav } from "./capability-nav";
import { CapabilityPanel } from "./capability-panel";
import { ExportButton } from "./export-button";
import { MachineQueryPage } from "./machine-query-page";
import { PeoplePanel } from "./people-panel";
import { useMachineAccess } from "./use-machine-access";

const VIEWS = ["capability", "person"] as const;
const parsers = {
  view: parseAsStringLiteral(VIEWS).withDefault("capability"),
  capability: parseAsStringLiteral(CAPABILITY_IDS).withDefault("signInAdmin"),
  search: parseAsString.withDefault(""),
};

function useRemove(view: MachineAccessView, back: string) {
  const router = useRouter();
  const byId = useMemo(() => new Map(view.assignments.map((row) => [row.id.toLowerCase(), row])), [view.assignments]);
  const remove = (row: AssignmentView) =>
    router.push(pages.accessChange(encodePreset({ changes: [{ kind: "remove", assignmentId: row.id }], back })));
  const pathActions: PathActions = (holder, path) => {
    const row = byId.get(path.assignmentId.toLowerCase());
    if (row === undefined || row.activatedByPim || path.kind.kind !== "standing") {
      return path.kind.kind === "standing" ? null : <span className="text-muted text-xs">{t("access.page.pimHint")}</span>;
    }
    const who = principalName(row.principal.id === holder.principal.id ? holder.principal : row.principal);
    return (
      <RightButton
        size="sm"
        right={view.rights.removeRoles}
        aria-label={t("access.page.removeOf", { role: path.roleName, scope: scopeWords(path.scope), who })}
        onClick={() => remove(row)}
      >
        {t("access.page.remove")}
      </RightButton>
    );
  };
  return { remove, pathActions };
}

function Nothing({ query }: { query: string }) {
  return (
    <p role="status" className="rounded-lg border border-line bg-surface px-4 py-6 text-center text-[0.8125rem]">
      {t("access.page.nothing", { query })} <span className="block text-muted">{t("access.page.nothingHint")}</span>
    </p>
  );
}

function View({ view, machineRef }: { view: MachineAccessView; machineRef: MachineRef }) {
  const [state, set] = useQueryStates(parsers, { clearOnDefault: true });
  const query = useDeferredValue(state.search);
  const answers = useMemo(() => filterAnswers(view.access.answers, query), [view.access.answers, query]);
  const people = useMemo(() => (state.view === "person" ? byPerson(answers) : []), [answers, state.view]);
  const back = pages.machineAccess(machineRef);
  const scopes = scopesOf(
    view.machine.id,
    view.assignments.map((row) => row.scope),
  );
  const { remove, pathActions } = useRemove(view, back);
  const nothing =
    query.trim() !== "" && CAPABILITY_IDS.every((id) => answers[id].holders.length + answers[id].blocked.length === 0);
  const cannotSignIn = useMemo(() => findCannotSignIn(view.cannotSignIn, query), [view.cannotSignIn, query]);
  const select = (capability: AccessCapabilityId) => void set({ capability });
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label={t("access.page.view")}
          value={state.view}
          options={[
            { value: "capability", label: t("access.page.byCapability") },
            { value: "person", label: t("access.page.byPerson") },
          ]}
          onChange={(next) => void set({ view: next })}
        />
        <Input
          type="search"
          className="max-w-80"
          aria-label={t("access.page.search")}
          placeholder={t("access.page.searchHint")}
          value={state.search}
          onChange={(event) => void set({ search: event.target.value })}
        />
        <CompletenessNote value={view.completeness} what={t("access.page.assignmentsRead")} className="sm:ml-auto" />
        <ExportButton view={view} answers={answers} query={query} />
      </div>
      <AtLeastNote reasons={view.access.atLeast} />
      {nothing ? (
        <Nothing query={query} />
      ) : state.view === "person" ? (
        <PeoplePanel people={people} machineName={view.machine.name} pathActions={pathActions} />
      ) : (
        <div className="grid grid-cols-1 min-w-0 items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <CapabilityNav answers={answers} current={state.capability} onSelect={select} />
          <CapabilityPanel
            id={state.capability}
            answer={answers[state.capability]}
            view={view}
            scopes={scopes}
            back={back}
            pathActions={pathActions}
          />
        </div>
      )}
      <CannotSignInCard people={cannotSignIn} query={query} assignRight={view.rights.assignRoles} scopes={scopes} back={back} />
      <AssignmentsCard view={view} onRemove={remove} />
    </div>
  );
}

/** Who can do what on one machine, by which path, and the way to change it. */
export function MachineAccessPage({ machineRef }: { machineRef: MachineRef }) {
  return (
    <MachineQueryPage
      machineRef={machineRef}
      current="access"
      title={t("access.page.accessTitle", { name: machineRef.name })}
      intro={t("access.page.accessIntro")}
      query={useMachineAccess(machineRef)}
    >
      {(view) => <View view={view} machineRef={machineRef} />}
    </MachineQueryPage>
  );
}

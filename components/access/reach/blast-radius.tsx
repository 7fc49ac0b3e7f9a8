"use client";

import { ShieldAlert } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { ShowMore } from "@/components/access/show-more";
import { Card, CardHeader } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import { Table, Td, Th } from "@/components/ui/table";
import { pages } from "@/lib/config/routes";
import type { MachineReachView } from "@/lib/domain/access/api";
import type { Holder } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { holderCounts } from "../machine/access-model";
import { PathKindBadge } from "../path-badges";
import { PrincipalChip } from "../principal-chip";
import { classWords, targetWords } from "./grants-table";
import { GraphView, howWords } from "./graph-view";
import { howOf } from "./reach-graph";

const VIEWS = ["graph", "table"] as const;
const PAGE = 50;
const TARGETS = 6;

function Reaches({ view }: { view: MachineReachView }) {
  const rest = view.grants.length - TARGETS;
  return (
    <ul className="text-xs">
      {view.grants.slice(0, TARGETS).map((grant) => (
        <li
          key={`${grant.assignmentId}:${grant.viaGroup?.id ?? ""}`}
        >{`${targetWords(grant)}: ${classWords(grant)} (${grant.roleName})`}</li>
      ))}
      {rest > 0 ? <li className="text-muted">{t("access.reach.more", { count: rest })}</li> : null}
    </ul>
  );
}

function HolderRow({ holder, view }: { holder: Holder; view: MachineReachView }) {
  return (
    <tr>
      <Td className="min-w-52 align-top">
        <PrincipalChip principal={holder.principal} href={pages.person(holder.principal.id)} />
      </Td>
      <Td className="min-w-72 align-top">
        <ul className="grid grid-cols-1 gap-1 text-xs">
          {holder.paths.map((path) => (
            <li
              key={`${path.assignmentId}:${path.kind.kind}:${path.action}:${path.groups.map((group) => group.id).join()}`}
              className="flex flex-wrap items-center gap-1.5"
            >
              <span className="font-medium">{howWords(howOf(path))}</span>
              <PathKindBadge kind={path.kind} />
              <span className="text-muted">
                {[...path.groups.map((group) => group.displayName), path.roleName, scopeWords(path.scope)].join(" › ")}
              </span>
            </li>
          ))}
        </ul>
      </Td>
      <Td className="align-top">{view.machine.name}</Td>
      <Td className="min-w-60 align-top">
        <Reaches view={view} />
      </Td>
    </tr>
  );
}

function RadiusTable({ view }: { view: MachineReachView }) {
  const [shown, setShown] = useState(PAGE);
  const { holders } = view.becomeIdentity;
  return (
    <>
      <Table caption={t("access.reach.becomeTitle")}>
        <thead>
          <tr>
            <Th>{t("access.reach.graphColumns.people")}</Th>
            <Th>{t("access.reach.how")}</Th>
            <Th>{t("access.reach.graphColumns.machine")}</Th>
            <Th>{t("access.reach.reaches")}</Th>
          </tr>
        </thead>
        <tbody>
          {holders.slice(0, shown).map((holder) => (
            <HolderRow key={holder.principal.id} holder={holder} view={view} />
          ))}
        </tbody>
      </Table>
      <ShowMore total={holders.length} shown={shown} step={PAGE} onShow={setShown} />
    </>
  );
}

/** Who can become the machine, and what they thereby reach: as a graph, and as a table with the same facts. */
export function BlastRadius({ view }: { view: MachineReachView }) {
  const [shownAs, setShownAs] = useQueryState("as", parseAsStringLiteral(VIEWS).withDefault("graph"));
  const { now, eligible } = holderCounts(view.becomeIdentity.holders);
  return (
    <Card aria-labelledby="radius-title">
      <CardHeader
        id="radius-title"
        title={t("access.reach.becomeTitle")}
        description={t("access.reach.becomeAbout")}
        actions={
          <Segmented
            label={t("access.reach.view")}
            value={shownAs}
            options={VIEWS.map((value) => ({ value, label: t(`access.reach.${value}`) }))}
            onChange={(value) => void setShownAs(value)}
          />
        }
      />
      <div role="note" className="flex gap-2.5 border-line border-b bg-warn-soft/40 px-4 py-2.5 text-[0.8125rem]">
        <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        <div>
          <p className="font-medium">
            {now + eligible === 0 ? t("access.reach.riskNobody") : t("access.reach.risk", { count: now })}{" "}
            {eligible === 0 ? "" : t("access.reach.riskEligible", { count: eligible })}
          </p>
          <p className="text-pretty text-muted">{t("access.reach.localNote")}</p>
        </div>
      </div>
      {shownAs === "graph" ? <GraphView view={view} /> : <RadiusTable view={view} />}
    </Card>
  );
}

"use client";

import { type ReactNode, useState } from "react";
import { ShowMore } from "@/components/access/show-more";
import type { AccessPath, BlockedHolder, BlockReason, Holder } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { AccessPathView, scopeWords } from "./access-path";
import { Disclosure } from "./disclosure";
import { PathKindBadge } from "./path-badges";
import { PersonLink, PrincipalChip } from "./principal-chip";

const PAGE = 50;

export type PathActions = (holder: Holder, path: AccessPath) => ReactNode;

export type HolderListProps = {
  holders: readonly Holder[];
  /** Names the list for assistive technology. */
  what: string;
  machineName: string;
  /** True when more holders may exist than could be read. */
  atLeast: boolean;
  hrefOf?: (principalId: string) => string;
  pathActions?: PathActions;
  /** Paths are open from the start when there are few people. */
  open?: boolean;
};

export function blockWords(reason: BlockReason): string {
  return reason.reason === "denied"
    ? t("access.blocked.denied", { name: reason.denyName, scope: scopeWords(reason.scope) })
    : t(`access.blocked.${reason.reason}`);
}

function HolderRow({
  holder,
  machineName,
  hrefOf,
  pathActions,
  open,
}: Omit<HolderListProps, "holders" | "what" | "atLeast"> & { holder: Holder }) {
  const best = holder.paths[0];
  return (
    <li className="border-line border-b px-4 py-2.5 last:border-b-0">
      <Disclosure
        open={open}
        summary={
          <>
            <PrincipalChip principal={holder.principal} />
            <span className="flex flex-wrap items-center gap-2 text-muted text-xs">
              {best === undefined ? null : <PathKindBadge kind={best.kind} />}
              {t("access.holders.paths", { count: holder.paths.length })}
            </span>
          </>
        }
      >
        <ul className="mt-2.5 grid grid-cols-1 gap-3 border-line border-l-2 pl-3">
          {holder.paths.map((path) => (
            <li key={`${path.assignmentId}:${path.kind.kind}:${path.action}:${path.groups.map((group) => group.id).join()}`}>
              <AccessPathView
                principal={holder.principal}
                path={path}
                machineName={machineName}
                actions={pathActions?.(holder, path)}
              />
            </li>
          ))}
        </ul>
        {hrefOf === undefined ? null : <PersonLink principal={holder.principal} href={hrefOf(holder.principal.id)} />}
      </Disclosure>
    </li>
  );
}

/** People and other principals with one capability, each with every path that gives it. Long lists open in steps. */
export function HolderList({ holders, what, atLeast, ...rest }: HolderListProps) {
  const [shown, setShown] = useState(PAGE);
  if (holders.length === 0) {
    return (
      <p className="px-4 py-3 text-[0.8125rem] text-muted">
        {t(atLeast ? "access.holders.nobodyAtLeast" : "access.holders.nobody")}
      </p>
    );
  }
  return (
    <>
      <ul aria-label={t("access.holders.list", { what })}>
        {holders.slice(0, shown).map((holder) => (
          <HolderRow key={holder.principal.id} holder={holder} {...rest} />
        ))}
      </ul>
      <ShowMore total={holders.length} shown={shown} step={PAGE} onShow={setShown} />
    </>
  );
}

/** Principals whose roles would give the capability and who still do not have it, with the reason. */
export function BlockedList({ blocked, machineName }: { blocked: readonly BlockedHolder[]; machineName: string }) {
  if (blocked.length === 0) return null;
  return (
    <section aria-label={t("access.blocked.title")} className="border-line border-t">
      <h3 className="px-4 pt-3 font-medium text-[0.8125rem]">{t("access.blocked.title")}</h3>
      <ul>
        {blocked.slice(0, PAGE).map((holder) => (
          <li key={holder.principal.id} className="border-line border-b px-4 py-2.5 last:border-b-0">
            <Disclosure
              summary={
                <>
                  <PrincipalChip principal={holder.principal} />
                  <span className="text-muted text-xs">{holder.blocked.map(blockWords).join(" ")}</span>
                </>
              }
            >
              <ul className="mt-2.5 grid grid-cols-1 gap-3 border-line border-l-2 pl-3">
                {holder.paths.map((path) => (
                  <li key={`${path.assignmentId}:${path.kind.kind}:${path.action}`}>
                    <AccessPathView principal={holder.principal} path={path} machineName={machineName} />
                  </li>
                ))}
              </ul>
            </Disclosure>
          </li>
        ))}
      </ul>
    </section>
  );
}

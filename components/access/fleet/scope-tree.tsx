"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { cn } from "@/components/ui/class-names";
import type { ScopeMachine, ScopeNode, ScopeQuery } from "@/lib/client/access/scope-types";
import { type TreeLine, treeMove, visibleLines } from "@/lib/client/access/tree-walk";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { formatNumber } from "@/lib/client/format";
import type { ScopeKind } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { capabilityWords, scopeKindWords, scopeWords } from "./access-words";

const MACHINES_STEP = 200;
const OPEN_DEPTH = 2;

type Line = TreeLine & {
  name: string;
  kind: ScopeKind;
  machines: number | null;
  assignments: number;
  counts: readonly number[];
  atLeast: boolean;
};

function lineOf(node: ScopeNode): Line {
  return {
    id: node.id,
    parentId: node.parentId,
    depth: node.depth,
    hasChildren: node.children > 0 || (node.ref.kind === "resourceGroup" && node.machines > 0),
    name: scopeWords(node.ref),
    kind: node.ref.kind,
    machines: node.machines,
    assignments: node.assignments,
    counts: node.holders,
    atLeast: node.atLeast,
  };
}

function machineLine(machine: ScopeMachine, group: ScopeNode): Line {
  return {
    id: machine.id.toLowerCase(),
    parentId: group.id,
    depth: group.depth + 1,
    hasChildren: false,
    name: machine.name,
    kind: "machine",
    machines: null,
    assignments: machine.assignments,
    counts: machine.counts,
    atLeast: machine.atLeast,
  };
}

/** Scopes that are open from the start: the top, and everything above the chosen one. */
function firstOpen(nodes: readonly ScopeNode[], chosen: string | null): Set<string> {
  const open = new Set(nodes.filter(({ depth }) => depth < OPEN_DEPTH).map(({ id }) => id));
  const parents = new Map(nodes.map(({ id, parentId }) => [id, parentId]));
  let at = chosen?.toLowerCase() ?? null;
  const machines = at?.indexOf("/providers/microsoft.hybridcompute/") ?? -1;
  if (at !== null && machines > 0) {
    at = at.slice(0, machines);
    open.add(at);
  }
  for (let parent = at === null ? null : (parents.get(at) ?? null); parent !== null; parent = parents.get(parent) ?? null) {
    open.add(parent);
  }
  return open;
}

export type ScopeTreeProps = {
  nodes: readonly ScopeNode[];
  query: ScopeQuery;
  chosen: string | null;
  onChoose: (scope: string) => void;
};

function useLines({ nodes, query }: ScopeTreeProps, open: ReadonlySet<string>, limits: ReadonlyMap<string, number>): Line[] {
  const groups = nodes.filter((node) => node.ref.kind === "resourceGroup" && open.has(node.id));
  const key = `${query.lane}|${groups.map(({ id }) => id).join("|")}`;
  const { value: machines } = useAccessAnswer(key, async (backend) => {
    const found = await Promise.all(groups.map(({ id }) => backend.call("scopeMachines", id, query)));
    return new Map(groups.map((group, at) => [group.id, found[at] ?? []]));
  });
  return useMemo(() => {
    return nodes.flatMap((node) => [
      lineOf(node),
      ...(machines?.get(node.id) ?? [])
        .slice(0, limits.get(node.id) ?? MACHINES_STEP)
        .map((machine) => machineLine(machine, node)),
    ]);
  }, [nodes, machines, limits]);
}

/** The scopes as a treegrid: one tab stop, rows moved by the arrow keys (ARIA Authoring Practices). */
export function ScopeTree(props: ScopeTreeProps) {
  const { nodes, query, chosen, onChoose } = props;
  const helpId = useId();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstOpen(nodes, chosen));
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  const [active, setActive] = useState<string>(chosen?.toLowerCase() ?? nodes[0]?.id ?? "");
  const [focusWanted, setFocusWanted] = useState(0);
  const activeRow = useRef<HTMLTableRowElement>(null);
  const lines = useLines(props, open, limits);
  const shown = visibleLines(lines, open);
  const activeId = shown.some(({ id }) => id === active) ? active : (shown[0]?.id ?? "");
  useEffect(() => {
    if (focusWanted > 0) activeRow.current?.focus();
  }, [focusWanted]);

  const toggle = (id: string) =>
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const onKeyDown = (event: KeyboardEvent) => {
    const move = treeMove(shown, open, activeId, event, (id) => lines.find((line) => line.id === id)?.name ?? "");
    if (move === null) return;
    event.preventDefault();
    if (move.kind === "focus") {
      setActive(move.id);
      setFocusWanted((count) => count + 1);
    } else if (move.kind === "choose") onChoose(move.id);
    else toggle(move.id);
  };
  return (
    <div className="scroll-thin min-h-64 overflow-auto rounded-lg border border-line bg-surface shadow-card">
      <p id={helpId} className="sr-only">
        {t("accessFleet.scopes.help")}
      </p>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the treegrid pattern is a table whose rows take the focus.
        role="treegrid"
        aria-label={t("accessFleet.scopes.tree")}
        aria-describedby={helpId}
        onKeyDown={onKeyDown}
        className="w-full border-collapse text-[0.8125rem]"
      >
        <thead className="sticky top-0 z-10 bg-sunken text-muted text-xs">
          <tr className="h-9 border-line border-b text-right">
            <th scope="col" className="px-3 text-left font-medium">
              {t("accessFleet.matrix.filterScope")}
            </th>
            {[
              t("accessFleet.scopes.machines"),
              t("accessFleet.scopes.assignments"),
              ...query.capabilities.map(capabilityWords),
            ].map((title) => (
              <th key={title} scope="col" className="whitespace-nowrap px-2 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <TreeRow
              key={line.id}
              line={line}
              isOpen={open.has(line.id)}
              isActive={line.id === activeId}
              isChosen={line.id === chosen?.toLowerCase()}
              rowRef={line.id === activeId ? activeRow : null}
              onToggle={() => toggle(line.id)}
              onChoose={() => {
                setActive(line.id);
                onChoose(line.id);
              }}
              rest={restOf(line, open, limits)}
              onMore={() =>
                setLimits((known) => new Map(known).set(line.id, (known.get(line.id) ?? MACHINES_STEP) + MACHINES_STEP))
              }
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Machines of an open group that are not shown yet. */
function restOf(line: Line, open: ReadonlySet<string>, limits: ReadonlyMap<string, number>): number {
  if (line.kind !== "resourceGroup" || !open.has(line.id)) return 0;
  return Math.max(0, (line.machines ?? 0) - (limits.get(line.id) ?? MACHINES_STEP));
}

type TreeRowProps = {
  line: Line;
  isOpen: boolean;
  isActive: boolean;
  isChosen: boolean;
  rowRef: React.RefObject<HTMLTableRowElement | null> | null;
  onToggle: () => void;
  onChoose: () => void;
  rest: number;
  onMore: () => void;
};

function TreeRow({ line, isOpen, isActive, isChosen, rowRef, onToggle, onChoose, rest, onMore }: TreeRowProps) {
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <tr
      {...(rowRef === null ? {} : { ref: rowRef })}
      aria-level={line.depth + 1}
      {...(line.hasChildren ? { "aria-expanded": isOpen } : {})}
      aria-selected={isChosen}
      tabIndex={isActive ? 0 : -1}
      onClick={onChoose}
      className={cn(
        "h-9 cursor-pointer border-line border-b text-right focus-visible:outline-offset-[-2px]",
        isChosen ? "bg-selected" : "hover:bg-sunken",
      )}
    >
      {/* The padding is an attribute of the drawing: server markup must not carry styles. */}
      <td className="px-3 text-left">
        <span className="flex min-w-48 items-center gap-1">
          <svg width={line.depth * 16} height="1" aria-hidden="true" className="shrink-0" />
          {line.hasChildren ? (
            <button
              type="button"
              tabIndex={-1}
              aria-label={isOpen ? t("accessFleet.scopes.collapse") : t("accessFleet.scopes.expand")}
              onClick={(event) => {
                event.stopPropagation();
                onToggle();
              }}
              className="grid size-6 shrink-0 place-items-center rounded hover:bg-line"
            >
              <Chevron aria-hidden className="size-4" />
            </button>
          ) : (
            <span className="size-6 shrink-0" />
          )}
          <span className="min-w-0">
            <span className="block truncate font-medium">{line.name}</span>
            <span className="block truncate text-2xs text-muted">{scopeKindWords(line.kind)}</span>
          </span>
          {rest > 0 ? (
            <button
              type="button"
              onClick={(event) => {
                event.stopPropagation();
                onMore();
              }}
              className="ml-2 min-h-6 font-medium text-link text-xs hover:underline"
            >
              {t("accessFleet.scopes.moreMachines", { count: Math.min(rest, MACHINES_STEP) })}
            </button>
          ) : null}
        </span>
      </td>
      <td className="px-2 tabular-nums">{line.machines === null ? "" : formatNumber(line.machines)}</td>
      <td className="px-2 tabular-nums">{formatNumber(line.assignments)}</td>
      {line.counts.map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a row never move.
        <td key={at} className={cn("px-2 tabular-nums", count === 0 && "text-muted")}>
          {line.atLeast && count > 0 ? (
            <span title={t("accessFleet.state.atLeastRow")} className="text-warn">
              ≥
            </span>
          ) : null}
          {formatNumber(count)}
        </td>
      ))}
    </tr>
  );
}

"use client";

import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import type { MachineReachView } from "@/lib/domain/access/api";
import { isCapabilityId } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { capabilityName } from "../capability-words";
import { targetWords } from "./grants-table";
import { BOX, type Box, connectedTo, GRAPH_COLUMNS, type Graph, type GraphWords, layOut, reachGraph } from "./reach-graph";

const HEADER = 28;

export function howWords(way: string): string {
  return isCapabilityId(way) ? capabilityName(way) : way;
}

const WORDS: GraphWords = {
  how: howWords,
  people: (count) => t("access.reach.group", { count }),
  targets: (count) => t("access.reach.groupTargets", { count }),
  target: targetWords,
};

const SEVERITY_EDGE = {
  critical: "border-l-bad",
  high: "border-l-warn",
  medium: "border-l-info",
  low: "border-l-line-strong",
} as const;

function Edges({ graph, boxes, shown }: { graph: Graph; boxes: ReadonlyMap<string, Box>; shown: ReadonlySet<string> | null }) {
  return graph.edges.map(({ from, to }) => {
    const a = boxes.get(from);
    const b = boxes.get(to);
    if (a === undefined || b === undefined) return null;
    const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
    const middle = (x1 + x2) / 2;
    const lit = shown === null || (shown.has(from) && shown.has(to));
    return (
      <path
        key={`${from}>${to}`}
        d={`M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}`}
        className={cn("fill-none stroke-[1.5]", lit ? "stroke-line-strong" : "stroke-line opacity-40")}
      />
    );
  });
}

type NodeButtonProps = { box: Box; faded: boolean; pressed: boolean; edges: number; onToggle: () => void };

function NodeButton({ box, faded, pressed, edges, onToggle }: NodeButtonProps) {
  const severity = box.severity === null ? "" : `, ${t(`access.reach.severity.${box.severity}`)}`;
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={`${t(`access.reach.graphColumns.${box.column}`)}: ${box.label}${severity}, ${t("access.reach.connected", { count: edges })}`}
      title={box.label}
      onClick={onToggle}
      className={cn(
        "absolute flex items-center overflow-hidden rounded-md border border-line bg-surface px-2.5 text-left text-xs shadow-card hover:bg-sunken",
        box.severity === null ? "" : `border-l-4 ${SEVERITY_EDGE[box.severity]}`,
        box.column === "machine" && "border-primary font-semibold",
        pressed && "bg-selected",
        faded && "opacity-40",
      )}
      style={{ left: box.x, top: box.y + HEADER, width: BOX.width, height: BOX.height }}
    >
      <span className="line-clamp-2 break-words">{box.label}</span>
    </button>
  );
}

/** People, ways, machine, identity, roles and targets from left to right. A chosen box shows only what is connected to it. */
export function GraphView({ view }: { view: MachineReachView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const graph = useMemo(() => reachGraph(view, WORDS), [view]);
  const layout = useMemo(() => layOut(graph), [graph]);
  const boxes = useMemo(() => new Map(layout.boxes.map((box) => [box.id, box])), [layout]);
  const shown = useMemo(() => (chosen === null ? null : connectedTo(graph, chosen)), [graph, chosen]);
  return (
    <div className="grid grid-cols-1 gap-2 px-4 py-3">
      <div className="flex min-h-7 flex-wrap items-center justify-between gap-2 text-muted text-xs">
        <span>{t("access.reach.graphHint")}</span>
        {chosen === null ? null : (
          <Button size="sm" onClick={() => setChosen(null)}>
            {t("access.reach.showAll")}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, a section would be one more landmark. */}
      <div role="group" aria-label={t("access.reach.graphLabel")} className="scroll-thin max-h-[38rem] overflow-auto">
        <div className="relative" style={{ width: layout.width, height: layout.height + HEADER }}>
          {GRAPH_COLUMNS.map((column, index) => (
            <p
              key={column}
              className="absolute top-0 truncate font-medium text-muted text-xs"
              style={{ left: index * (BOX.width + BOX.gapX), width: BOX.width }}
            >
              {t(`access.reach.graphColumns.${column}`)}
            </p>
          ))}
          <svg
            aria-hidden="true"
            width={layout.width}
            height={layout.height}
            className="pointer-events-none absolute left-0"
            style={{ top: HEADER }}
          >
            <title>{t("access.reach.graphLabel")}</title>
            <Edges graph={graph} boxes={boxes} shown={shown} />
          </svg>
          {layout.boxes.map((box) => (
            <NodeButton
              key={box.id}
              box={box}
              faded={shown !== null && !shown.has(box.id)}
              pressed={chosen === box.id}
              edges={graph.edges.filter(({ from, to }) => from === box.id || to === box.id).length}
              onToggle={() => setChosen(chosen === box.id ? null : box.id)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

"use client";

import { FolderTree } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import type { ExportColumn } from "@/lib/client/access/access-export";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { laneParser } from "@/lib/client/access/access-url";
import type { ScopeNode, ScopeQuery } from "@/lib/client/access/scope-types";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { t } from "@/messages/t";
import { AccessFailure, LoadingRows } from "./access-status";
import { capabilityWords, scopeKindWords, scopeWords } from "./access-words";
import { ExportMenu } from "./export-menu";
import { LaneChoice } from "./lane-choice";
import { ScopePanel } from "./scope-panel";
import { ScopeTree } from "./scope-tree";

export const SCOPE_CAPABILITIES = ["becomeIdentity", "signInUser", "signInAdmin", "assignRoles"] as const;

const parsers = { lane: laneParser, scope: parseAsString };

const EXPORT: readonly ExportColumn<ScopeNode>[] = [
  { id: "name", title: t("accessFleet.matrix.filterScope"), text: ({ ref }) => scopeWords(ref) },
  { id: "kind", title: t("accessFleet.people.kindLabel"), text: ({ ref }) => scopeKindWords(ref.kind) },
  { id: "machines", title: t("accessFleet.scopes.machines"), text: (node) => node.machines },
  { id: "assignments", title: t("accessFleet.scopes.assignments"), text: (node) => node.assignments },
  ...SCOPE_CAPABILITIES.map((capability, at) => ({
    id: capability,
    title: capabilityWords(capability),
    text: (node: ScopeNode) => node.holders[at] ?? 0,
  })),
  { id: "parent", title: t("accessFleet.scopes.parent"), text: (node) => node.parentId ?? "" },
  { id: "id", title: "Resource id", text: (node) => node.ref.id },
];

/** Management groups, subscriptions, groups and machines as a tree, with who can do what below each. */
export function ScopesView({ status }: { status: AccessStatus }) {
  const [url, setUrl] = useQueryStates(parsers, { history: "replace", shallow: true });
  const query = useMemo<ScopeQuery>(() => ({ lane: url.lane, capabilities: SCOPE_CAPABILITIES }), [url.lane]);
  const { value: nodes } = useAccessAnswer(`tree:${url.lane}`, (backend) => backend.call("scopeTree", query));
  if (status.phase === "failed") return <AccessFailure status={status} />;
  if (nodes === undefined) return <LoadingRows label={t("accessFleet.state.loading")} />;
  if (nodes.length === 0) return <EmptyState icon={FolderTree} title={t("accessFleet.scopes.empty")} />;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2 max-lg:min-h-[52rem]">
      <div className="flex flex-wrap items-center gap-2">
        <LaneChoice value={url.lane} onChange={(lane) => void setUrl({ lane })} />
        <p className="min-w-0 text-muted text-xs max-md:sr-only">{t("accessFleet.scopes.holders")}</p>
        <div className="sm:ml-auto">
          <ExportMenu
            name="scopes"
            list={t("accessFleet.scopes.export")}
            count={nodes.length}
            columns={EXPORT}
            query={query}
            rows={async () => nodes}
          />
        </div>
      </div>
      <div className="grid min-h-0 flex-1 gap-3 max-lg:grid-rows-[22rem_minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_24rem]">
        <ScopeTree nodes={nodes} query={query} chosen={url.scope} onChoose={(scope) => void setUrl({ scope })} />
        <ScopePanel nodes={nodes} scope={url.scope} />
      </div>
    </div>
  );
}

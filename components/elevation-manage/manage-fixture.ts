import type { PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import type {
  ManageItem,
  ManageOverview,
  ManagePreview,
  ManageSet,
  PolicyRow,
  PreviewItem,
} from "@/lib/domain/elevation/manage/api";
import { EXAMPLE_SETTINGS } from "@/lib/domain/elevation/manage/manage-fixture";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import type { Completeness } from "@/lib/domain/fleet-wire";

export const NOW = "2026-11-21T12:00:00.000Z";
export const SCOPE: ScopeRef = { id: "/subscriptions/00000000-0000-4000-8000-000000000001", kind: "subscription", name: "Prod" };
export const WHOLE: Completeness = { expected: null, received: 3, complete: true, missing: [], asOf: NOW };

export const person = (name: string, kind: PrincipalInput["kind"] = "user"): PrincipalInput => ({
  ...{ id: `id-${name}`, kind, displayName: name, detail: "", enabled: true, machineId: null },
});

export function overview(patch: Partial<ManageOverview> = {}): ManageOverview {
  const role = { id: "r-1", definitionId: "r-1", name: "Resource Administrator", type: "BuiltInRole" };
  const none = { standing: 0, timeBound: 0, eligible: 0, share: null };
  return {
    schedules: [
      {
        ...{ id: "s-1", scheduleId: "s-1", of: "eligible", principal: person("Ada"), role, scope: SCOPE },
        ...{ startsAt: null, endsAt: "2026-11-25T12:00:00Z", over: false },
      },
    ],
    ended: [],
    coming: [],
    standing: (["Bob", "Robot"] as const).map((name) => ({
      ...{ assignmentId: `a-${name}`, scope: SCOPE, roleId: "r-1", roleName: "Contributor", principalId: `id-${name}` },
      ...{ kind: name === "Robot" ? "servicePrincipal" : "user", condition: null, activatedByPim: false, assignsRoles: false },
      ...{ principal: person(name, name === "Robot" ? "servicePrincipal" : "user"), description: null },
    })),
    standingTotal: 2,
    ratio: {
      all: { standing: 3, timeBound: 0, eligible: 1, share: 0.25 },
      byScope: [{ key: "x", name: "Prod", ...none }],
      byRole: [],
    },
    history: [],
    completeness: WHOLE,
    ...patch,
  };
}

export function policyRow(name: string, patch: Partial<PolicyRow> = {}): PolicyRow {
  return {
    ...{ key: `k-${name}`, policyId: `/p/${name}`, scope: SCOPE, settings: EXAMPLE_SETTINGS, unknownRules: [] },
    role: { id: `r-${name}`, definitionId: `r-${name}`, name, type: "BuiltInRole" },
    use: { eligible: 1, standing: 2, running: 0 },
    ...{ lastModifiedAt: null, lastModifiedBy: null },
    ...patch,
  };
}

export function previewItem(index: number, request: ManageRequest, patch: Partial<PreviewItem> = {}): PreviewItem {
  return {
    ...{ index, request, names: { principal: "Bob", role: "Contributor", scope: "Prod" }, steps: [] },
    ...{ commands: { azCli: "az", powershell: "ps" }, differences: [], problems: [], verdict: "ready" },
    ...patch,
  };
}

export function preview(items: PreviewItem[], confirmText: string | null = null): ManagePreview {
  return { items, confirmText, stamp: "f".repeat(64), asOf: NOW };
}

export function manageItem(index: number, request: ManageRequest, patch: Partial<ManageItem> = {}): ManageItem {
  return {
    ...{ index, request, names: { principal: "Bob", role: "Contributor", scope: "Prod" }, steps: [], state: "done" },
    ...{ azure: null, detail: "", effect: { state: "effective", elapsedMs: 1, seen: 3, reads: 3, lastReadAt: NOW } },
    ...patch,
  };
}

export function manageSet(items: ManageItem[], patch: Partial<ManageSet> = {}): ManageSet {
  const count = (state: ManageItem["state"]) => items.filter((item) => item.state === state).length;
  return {
    ...{ id: "set-1", operatorName: "Ada", operatorObjectId: "ada", startedAt: NOW, endedAt: NOW, items, undo: [], retry: [] },
    counts: {
      planned: count("planned"),
      submitting: count("submitting"),
      unknown: count("unknown"),
      done: count("done"),
      refused: count("refused"),
      failed: count("failed"),
    },
    effects: { none: 0, waiting: 0, effective: items.length, late: 0 },
    waitingFor: null,
    ...patch,
  };
}

import type { MachineRef } from "@/lib/domain/machine";

/** Every internal address of the portal. A test fails on an internal path written anywhere else. */

function machinePath(ref: MachineRef): string {
  return [ref.subscriptionId, ref.resourceGroup, ref.name].map(encodeURIComponent).join("/");
}

export const pages = {
  overview: () => "/",
  machines: () => "/machines",
  machine: (ref: MachineRef) => `/machines/${machinePath(ref)}`,
  machineAccess: (ref: MachineRef) => `/machines/${machinePath(ref)}/access`,
  machineReach: (ref: MachineRef) => `/machines/${machinePath(ref)}/reach`,
  enableSignIn: (ref: MachineRef) => `/machines/${machinePath(ref)}/sign-in`,
  operation: (id: string) => `/operations/${encodeURIComponent(id)}`,
  certificates: () => "/certificates",
  access: () => "/access",
  roleEditor: (from?: { template?: string; role?: string; edit?: string }) => {
    const query = new URLSearchParams(from).toString();
    return query === "" ? "/access/roles/edit" : `/access/roles/edit?${query}`;
  },
  person: (id: string) => `/access/people/${encodeURIComponent(id)}`,
  /** `preset` comes from `encodePreset`. */
  accessChange: (preset?: string) =>
    preset === undefined ? "/access/change" : `/access/change?preset=${encodeURIComponent(preset)}`,
  accessChanges: () => "/access/changes",
  accessChangeSet: (id: string) => `/access/changes/${encodeURIComponent(id)}`,
  elevation: () => "/elevation",
  elevationApprovals: () => "/elevation/approvals",
  elevationManage: () => "/elevation/manage",
  elevationManageSet: (id: string) => `/elevation/manage/changes/${encodeURIComponent(id)}`,
  elevationRequest: (batchId: string) => `/elevation/requests/${encodeURIComponent(batchId)}`,
  history: () => "/history",
  /** `week` as 2026-W47. */
  historyReport: (week?: string) => (week === undefined ? "/history/report" : `/history/report?week=${encodeURIComponent(week)}`),
  rollouts: () => "/rollouts",
  /** `scope`: everything below it is proposed; machines are handed over by `lib/client/rollout-targets.ts` instead. */
  newRollout: (scope?: string) => (scope === undefined ? "/rollouts/new" : `/rollouts/new?scope=${encodeURIComponent(scope)}`),
  rollout: (id: string) => `/rollouts/${encodeURIComponent(id)}`,
  rolloutReport: (id: string) => `/rollouts/${encodeURIComponent(id)}/report`,
  audit: () => "/audit",
  settings: () => "/settings",
  glossary: () => "/glossary",
  authRedirect: () => "/auth/redirect",
  signedOut: () => "/signed-out",
} as const;

export const api = {
  session: () => "/api/session",
  fleet: () => "/api/fleet",
  machine: (ref: MachineRef) => `/api/machines/${machinePath(ref)}`,
  identity: (ref: MachineRef) => `/api/machines/${machinePath(ref)}/identity`,
  preflight: (ref: MachineRef) => `/api/machines/${machinePath(ref)}/sign-in/preflight`,
  deployments: (ref: MachineRef) => `/api/machines/${machinePath(ref)}/sign-in/deployments`,
  extension: (ref: MachineRef, name: string) => `/api/machines/${machinePath(ref)}/extensions/${encodeURIComponent(name)}`,
  machineAccess: (ref: MachineRef) => `/api/machines/${machinePath(ref)}/access`,
  machineReach: (ref: MachineRef) => `/api/machines/${machinePath(ref)}/reach`,
  principals: (search: string) => `/api/principals?search=${encodeURIComponent(search)}`,
  resources: (search: string, type: string | null) =>
    `/api/resources?${new URLSearchParams(type === null ? { search } : { search, type })}`,
  accessInputs: () => "/api/access/inputs",
  accessFindings: () => "/api/access/findings",
  accessRoles: () => "/api/access/roles",
  accessScopes: () => "/api/access/scopes",
  accessRights: (scope: string) => `/api/access/rights?scope=${encodeURIComponent(scope)}`,
  accessRightsList: () => "/api/access/rights",
  accessUsedRoles: (asked: { principal: string; scope: string; role: string }) =>
    `/api/access/used-roles?${new URLSearchParams(asked)}`,
  accessPreview: () => "/api/access/preview",
  accessChanges: () => "/api/access/changes",
  accessChange: (id: string) => `/api/access/changes/${encodeURIComponent(id)}`,
  elevationMine: () => "/api/elevation/mine",
  elevationPermits: () => "/api/elevation/permits",
  elevationScopes: (scope: string) => `/api/elevation/scopes?scope=${encodeURIComponent(scope)}`,
  elevationCheck: () => "/api/elevation/check",
  elevationRequests: () => "/api/elevation/requests",
  elevationRequest: (batchId: string) => `/api/elevation/requests/${encodeURIComponent(batchId)}`,
  elevationApprovals: () => "/api/elevation/approvals",
  elevationApprovers: () => "/api/elevation/approvers",
  elevationApprovalCount: () => "/api/elevation/approvals/count",
  elevationEvents: (pace: "near" | "far") => `/api/elevation/events?pace=${pace}`,
  elevationProfiles: () => "/api/elevation/profiles",
  elevationManage: () => "/api/elevation/manage",
  elevationPolicies: (all: boolean) => `/api/elevation/manage/policies?all=${all ? 1 : 0}`,
  elevationRule: (of: "eligible" | "active", scope: string, roleId: string) =>
    `/api/elevation/manage/rule?${new URLSearchParams({ of, scope, roleId })}`,
  elevationManagePreview: () => "/api/elevation/manage/preview",
  elevationManageChanges: () => "/api/elevation/manage/changes",
  elevationManageChange: (id: string) => `/api/elevation/manage/changes/${encodeURIComponent(id)}`,
  operations: () => "/api/operations",
  operation: (id: string) => `/api/operations/${encodeURIComponent(id)}`,
  operationEvents: (id: string) => `/api/operations/${encodeURIComponent(id)}/events`,
  rollouts: () => "/api/rollouts",
  rolloutPreflight: () => "/api/rollouts/preflight",
  rollout: (id: string) => `/api/rollouts/${encodeURIComponent(id)}`,
  rolloutEvents: (id: string) => `/api/rollouts/${encodeURIComponent(id)}/events`,
  rolloutActions: (id: string) => `/api/rollouts/${encodeURIComponent(id)}/actions`,
  /** `query` holds state, cause, code, wave, search and cursor, each optional. */
  rolloutTasks: (id: string, query: Record<string, string> = {}) => {
    const text = new URLSearchParams(query).toString();
    return `/api/rollouts/${encodeURIComponent(id)}/tasks${text === "" ? "" : `?${text}`}`;
  },
  rolloutTask: (id: string, position: number) => `/api/rollouts/${encodeURIComponent(id)}/tasks/${position}`,
  rolloutReport: (id: string, format: "json" | "csv") => `/api/rollouts/${encodeURIComponent(id)}/report?format=${format}`,
  rolloutTemplates: (id: string) => `/api/rollouts/${encodeURIComponent(id)}/templates`,
  metrics: () => "/api/metrics",
  history: () => "/api/history",
  historyExport: () => "/api/history/export",
  historyChain: () => "/api/history/chain",
  historyOn: () => "/api/history/on",
  historyReport: (week: string) => `/api/history/report?week=${encodeURIComponent(week)}`,
  historySweep: () => "/api/history/sweep",
  notices: () => "/api/notices",
  noticeTest: () => "/api/notices/test",
  noticeRetry: () => "/api/notices/retry",
  audit: () => "/api/audit",
  auditExport: () => "/api/audit/export",
  auditChain: () => "/api/audit/chain",
  health: () => "/api/health",
  ready: () => "/api/ready",
} as const;

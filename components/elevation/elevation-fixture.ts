import type { ScopeRef } from "@/lib/domain/access/types";
import type {
  ActiveRow,
  ApprovalInbox,
  ApprovalRow,
  EligibleRow,
  MyElevation,
  PendingRow,
  Permits,
} from "@/lib/domain/elevation/api";
import type { ElevationPolicy } from "@/lib/domain/elevation/policy";
import type {
  ElevationAction,
  ElevationBatch,
  ElevationItem,
  ItemState,
  PimPrincipal,
  PolicyAnswer,
} from "@/lib/domain/elevation/write-api";
import { ITEM_STATES } from "@/lib/domain/elevation/write-api";

/** Plain objects for the tests of this folder. */

export const NOW = "2026-11-21T12:00:00.000Z";
export const SUB = "/subscriptions/5e000000-0000-4000-8000-000000000001";
export const GROUP: ScopeRef = { id: `${SUB}/resourceGroups/rg-app`, kind: "resourceGroup", name: "rg-app" };
export const MACHINE: ScopeRef = {
  id: `${GROUP.id}/providers/Microsoft.HybridCompute/machines/srv-1`,
  kind: "machine",
  name: "srv-1",
};

export const inMinutes = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString();

export const ANNA: PimPrincipal = { id: "anna", kind: "user", name: "Anna Approver", detail: "anna@contoso.example" };
export const OLIVIA: PimPrincipal = { id: "olivia", kind: "user", name: "Olivia Operator", detail: "olivia@contoso.example" };

export function policy(part: Partial<ElevationPolicy["activation"]> = {}): PolicyAnswer {
  const given = { endRequired: false, maxMinutes: null, justification: false, ticket: false, mfa: false };
  const none = { required: false, requiredForExtension: false, mode: "NoApproval", approvers: [], approverReasonRequired: false };
  return {
    known: true,
    asOf: NOW,
    policy: {
      id: "/policy",
      scope: GROUP.id,
      roleDefinitionId: "/role",
      activation: {
        maxMinutes: 480,
        justification: true,
        ticket: false,
        mfa: false,
        authenticationContext: null,
        approval: none,
        ...part,
      },
      eligible: given,
      active: given,
      mails: [],
      unknownRules: [],
      lastModifiedAt: null,
      lastModifiedBy: null,
      stamp: "stamp-1",
    },
  };
}

export function role(name: string) {
  const id = name.toLowerCase().replaceAll(" ", "-");
  return { id, definitionId: `/providers/Microsoft.Authorization/roleDefinitions/${id}`, name, type: "BuiltInRole" };
}

export function eligible(id: string, part: Partial<EligibleRow> = {}): EligibleRow {
  return {
    id,
    scheduleId: `schedule-${id}`,
    role: role(`Role ${id}`),
    scope: GROUP,
    viaGroup: null,
    startsAt: null,
    endsAt: null,
    condition: null,
    conditionVersion: null,
    policy: policy(),
    activeId: null,
    pendingRequestId: null,
    extend: { allowed: false, why: "noEnd" },
    ...part,
  };
}

export function active(id: string, part: Partial<ActiveRow> = {}): ActiveRow {
  return {
    id,
    scheduleId: `schedule-${id}`,
    role: role(`Role ${id}`),
    scope: GROUP,
    viaGroup: null,
    kind: "activated",
    eligibleScheduleId: null,
    startsAt: inMinutes(-30),
    endsAt: inMinutes(30),
    canEndFrom: inMinutes(-25),
    effect: null,
    itemId: null,
    ...part,
  };
}

export function pending(id: string, part: Partial<PendingRow> = {}): PendingRow {
  return {
    id,
    requestId: `/requests/${id}`,
    kind: "activation",
    requestType: "SelfActivate",
    role: role(`Role ${id}`),
    scope: GROUP,
    phase: "needsDecision",
    status: "PendingApproval",
    createdAt: inMinutes(-60),
    startsAt: null,
    minutes: 60,
    endsAt: null,
    justification: "disk full",
    ticket: null,
    expiresAt: inMinutes(23 * 60),
    canCancel: true,
    ...part,
  };
}

const COMPLETE = { expected: null, received: 1, complete: true, missing: [], asOf: NOW };

export function mine(part: Partial<MyElevation> = {}): MyElevation {
  const clock = { milliseconds: 0, isLarge: false };
  return { eligible: [], active: [], pending: [], clock, notice: null, completeness: COMPLETE, ...part };
}

export function approval(id: string, part: Partial<ApprovalRow> = {}): ApprovalRow {
  return {
    id,
    requestId: `/requests/${id}`,
    approvalId: `/approvals/${id}`,
    requester: OLIVIA,
    createdBy: null,
    role: role(`Role ${id}`),
    scope: GROUP,
    requestType: "SelfActivate",
    status: "PendingApproval",
    createdAt: inMinutes(-60),
    startsAt: null,
    minutes: 240,
    endsAt: null,
    justification: "INC1: disk full",
    ticket: { number: "INC1", system: "ServiceNow" },
    expiresAt: inMinutes(23 * 60),
    canDecide: { allowed: true, why: "yes" },
    stages: [],
    approvers: [ANNA, { id: "g", kind: "group", name: "Platform leads", detail: "" }],
    reasonRequired: true,
    policy: policy(),
    history: { rows: [], total: 0, sources: ["portal"], missing: null },
    ...part,
  };
}

export function inbox(rows: ApprovalRow[], part: Partial<ApprovalInbox> = {}): ApprovalInbox {
  return { rows, decided: [], clock: { milliseconds: 0, isLarge: false }, notice: null, completeness: COMPLETE, ...part };
}

export function permits(key: string, part: Partial<Permits> = {}): Permits {
  return {
    key,
    roleKnown: true,
    capabilities: [
      { capability: "signInAdmin", risk: "critical", machines: 41, gained: 41 },
      { capability: "read", risk: "low", machines: 41, gained: 0 },
    ],
    machines: 41,
    machineNames: ["srv-1", "srv-2"],
    machineIds: ["/m/1", "/m/2"],
    dependsOnCondition: 0,
    blastRadius: {
      identities: 12,
      grants: 15,
      targets: 3,
      gravest: [{ scope: GROUP, roleName: "Key Vault Secrets User", severity: "critical", identities: 2 }],
    },
    ...part,
  };
}

export const ACTIVATE: Extract<ElevationAction, { kind: "activate" }> = {
  kind: "activate",
  id: "item-1",
  eligibleScheduleId: "schedule-a",
  roleDefinitionId: "/role",
  eligibleScope: GROUP.id,
  scope: GROUP.id,
  minutes: 60,
  startsAt: null,
  justification: "disk full",
  ticket: null,
  policyStamp: "stamp-1",
};

export function item(part: Partial<ElevationItem> = {}): ElevationItem {
  return {
    id: "item-1",
    index: 0,
    kind: "activate",
    action: ACTIVATE,
    names: { role: "Role a", scope: "rg-app", person: null },
    exact: { method: "PUT", url: "https://management.azure.com/x", body: { properties: {} } },
    state: "done",
    status: "Provisioned",
    refusal: null,
    problems: [],
    policyChanged: false,
    authenticationContext: null,
    startsAt: NOW,
    endsAt: inMinutes(60),
    decidedBy: null,
    effect: { state: "waiting", elapsedMs: 5_000, seen: 0, reads: 2, lastReadAt: NOW, provenBy: null },
    updatedAt: NOW,
    ...part,
  };
}

export function batch(items: ElevationItem[], part: Partial<ElevationBatch> = {}): ElevationBatch {
  const count = (state: ItemState) => items.filter((one) => one.state === state).length;
  return {
    id: "batch-1",
    operatorName: "Olivia",
    operatorObjectId: "olivia",
    startedAt: NOW,
    endedAt: null,
    items,
    counts: Object.fromEntries(ITEM_STATES.map((state) => [state, count(state)])) as ElevationBatch["counts"],
    stepUps: [],
    waitingFor: null,
    ...part,
  };
}

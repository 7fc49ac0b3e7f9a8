import type { Route } from "../core/contract.ts";
import type { RoleSchedule } from "../world/types.ts";
import { decideStage, getApproval, getStage, listApprovals, listStages } from "./approvals.ts";
import { listEligibleChildren } from "./eligible-children.ts";
import {
  deletePolicy,
  deletePolicyAssignment,
  getPolicy,
  getPolicyAssignment,
  listPolicies,
  listPolicyAssignments,
  patchPolicy,
  putPolicyAssignment,
} from "./policies.ts";
import { listRequests } from "./request-list.ts";
import { cancelRequest, getRequest, putRequest, validateRequest } from "./requests.ts";

const AT = "/{+scope}/providers/microsoft.authorization";
/** Rights depend on the filter, the request and the person, so the handlers ask for them. */
const base = { face: "arm" as const, apiVersions: ["2020-10-01", "preview"], right: null };
const LIST = ["$filter", "$skiptoken"];

function requestRoutes(kind: RoleSchedule["kind"]): Route[] {
  const pattern = `${AT}/role${kind}schedulerequests`;
  const shared = {
    ...base,
    source: `azure-apis.md 4.1 to 4.4; recording pim.New-ScheduleRequests; specification 2020-10-01, role ${kind} schedule requests`,
  };
  return [
    { ...shared, method: "GET", pattern, query: LIST, handle: (request, ctx) => listRequests(request, ctx, kind) },
    {
      ...shared,
      method: "GET",
      pattern: `${pattern}/{name}`,
      query: [],
      handle: (request, ctx) => getRequest(request, ctx, kind),
    },
    {
      ...shared,
      method: "PUT",
      pattern: `${pattern}/{name}`,
      query: [],
      handle: (request, ctx) => putRequest(request, ctx, kind),
    },
    {
      ...shared,
      method: "POST",
      pattern: `${pattern}/{name}/cancel`,
      query: [],
      handle: (request, ctx) => cancelRequest(request, ctx, kind),
    },
    {
      ...shared,
      method: "POST",
      pattern: `${pattern}/{name}/validate`,
      query: [],
      handle: (request, ctx) => validateRequest(request, ctx, kind),
    },
  ];
}

const POLICIES = `${AT}/rolemanagementpolicies`;
const POLICY_ASSIGNMENTS = `${AT}/rolemanagementpolicyassignments`;
const policy = { ...base, source: "azure-apis.md 4.6; specification 2020-10-01, RoleManagementPolicy and its assignments" };

const policyRoutes: Route[] = [
  { ...policy, method: "GET", pattern: POLICIES, query: ["$skiptoken"], handle: listPolicies },
  { ...policy, method: "GET", pattern: `${POLICIES}/{name}`, query: [], handle: getPolicy },
  { ...policy, method: "PATCH", pattern: `${POLICIES}/{name}`, query: [], handle: patchPolicy },
  { ...policy, method: "DELETE", pattern: `${POLICIES}/{name}`, query: [], handle: deletePolicy },
  { ...policy, method: "GET", pattern: POLICY_ASSIGNMENTS, query: LIST, handle: listPolicyAssignments },
  { ...policy, method: "GET", pattern: `${POLICY_ASSIGNMENTS}/{name}`, query: [], handle: getPolicyAssignment },
  { ...policy, method: "PUT", pattern: `${POLICY_ASSIGNMENTS}/{name}`, query: [], handle: putPolicyAssignment },
  { ...policy, method: "DELETE", pattern: `${POLICY_ASSIGNMENTS}/{name}`, query: [], handle: deletePolicyAssignment },
];

const APPROVALS = `${AT}/roleassignmentapprovals`;
const STAGE = `${APPROVALS}/{approval}/stages/{stage}`;
const approval = {
  ...base,
  apiVersions: ["2021-01-01-preview"],
  source: "azure-apis.md 4.9; specification 2021-01-01-preview, role assignment approvals",
};

const approvalRoutes: Route[] = [
  { ...approval, method: "GET", pattern: APPROVALS, query: LIST, handle: listApprovals },
  { ...approval, method: "GET", pattern: `${APPROVALS}/{approval}`, query: [], handle: getApproval },
  { ...approval, method: "GET", pattern: `${APPROVALS}/{approval}/stages`, query: [], handle: listStages },
  { ...approval, method: "GET", pattern: STAGE, query: [], handle: getStage },
  { ...approval, method: "PATCH", pattern: STAGE, query: [], handle: decideStage },
  { ...approval, method: "PUT", pattern: STAGE, query: [], handle: decideStage },
];

/** Privileged Identity Management for Azure resources; schedules and their instances are in arm/role-schedules.ts. */
export const pimRoutes: Route[] = [
  ...requestRoutes("assignment"),
  ...requestRoutes("eligibility"),
  ...policyRoutes,
  ...approvalRoutes,
  {
    ...base,
    method: "GET",
    pattern: `${AT}/eligiblechildresources`,
    query: LIST,
    source: "azure-apis.md 4.1; specification 2020-10-01, EligibleChildResources",
    handle: listEligibleChildren,
  },
];

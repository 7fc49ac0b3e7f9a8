import "server-only";
import type { PimRequestRow, PimScheduleRow, PimStageRow } from "@/lib/azure/pim-ports";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { ExactRequest } from "@/lib/domain/api";
import { checkActivation, checkDecision, checkExtension } from "@/lib/domain/elevation/activation-form";
import { azureNow, canEndFrom } from "@/lib/domain/elevation/clock";
import { probeOf } from "@/lib/domain/elevation/probe";
import type { RefusalId } from "@/lib/domain/elevation/refusals";
import { phaseOf } from "@/lib/domain/elevation/request-status";
import type {
  ElevationAction,
  ElevationItem,
  ElevationRefusal,
  FormProblem,
  PolicyAnswer,
} from "@/lib/domain/elevation/write-api";
import { exactElevation, placeOfRequestId } from "@/lib/domain/elevation/write-request";
import { AppError } from "@/lib/domain/errors";
import type { PermissionSet } from "@/lib/domain/permissions";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import { permissionsOf } from "../access/rights";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { belongsTo, clockOf, type MyFacts, openRequests, readMyFacts } from "./mine";
import { createParts } from "./parts";
import { approvalPairs, approvalPolicyOf, type PolicyBook, type PolicyPair, readPolicies } from "./policies";
import { scopeRefOf } from "./rows";
import { decisionOf, openStage, SOMEBODY } from "./stages";
import type { ItemFacts } from "./view";

const LANES = 4;
const CLOCK_GRAIN_MS = 2_000;

/** An action with everything that was asked about it before anything is sent. */
export type Prepared = {
  action: ElevationAction;
  facts: ItemFacts;
  exact: ExactRequest;
  roleId: string;
  scope: string;
  /** Authentication context that the policy asks for; null = none, or not known. */
  context: string | null;
  /** Why it is not sent; null = it is. */
  refusal: ElevationRefusal | null;
  decidedBy: ElevationItem["decidedBy"];
  policy: PolicyAnswer | null;
};

type Sources = {
  mine: MyFacts | null;
  toDecide: PimRequestRow[];
  policies: PolicyBook;
  stages: Map<string, PimStageRow[] | null>;
  permissions: Map<string, PermissionSet[] | null>;
  roles: Map<string, PermissionSet[] | null>;
  now: Date;
};

type Own = Exclude<ElevationAction, { kind: "decide" }>;

function wantsMine(actions: readonly ElevationAction[]): boolean {
  return actions.some(({ kind }) => kind !== "decide");
}

async function readStages(ctx: ServiceContext, actions: readonly ElevationAction[]): Promise<Sources["stages"]> {
  const stages: Sources["stages"] = new Map();
  const ids = [...new Set(actions.flatMap((action) => (action.kind === "decide" ? [action.approvalId] : [])))];
  await inLanes(ids, LANES, async (id) => {
    try {
      stages.set(id, await ctx.azure.pim.approvalStages(id, { signal: ctx.signal }));
    } catch (error) {
      if (mustStop(error, ctx)) throw error;
      // Who is not asked any more may not look either.
      if (error instanceof AppError && error.code === "forbidden") stages.set(id, []);
      logUnread(ctx.log, "elevation.stagesUnreadable", error);
    }
  });
  return stages;
}

async function rolePermissions(ctx: ServiceContext, roleDefinitionId: string): Promise<PermissionSet[] | null> {
  const scope = /^\/subscriptions\/[^/]+/i.exec(roleDefinitionId)?.[0] ?? "/";
  try {
    const role = await ctx.azure.access.roleDefinition({ scope, name: lastSegment(roleDefinitionId) }, { signal: ctx.signal });
    return role?.permissions ?? null;
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    return null;
  }
}

/** What the person may do now, so that it can be seen afterwards that something was added. */
async function readProbeSources(
  ctx: ServiceContext,
  actions: readonly ElevationAction[],
): Promise<Pick<Sources, "permissions" | "roles">> {
  const activations = actions.filter((action) => action.kind === "activate");
  const permissions: Sources["permissions"] = new Map();
  const roles: Sources["roles"] = new Map();
  const scopes = new Map(activations.map(({ scope }) => [normaliseScope(scope), scope]));
  const ids = new Map(activations.map(({ roleDefinitionId }) => [lastSegment(roleDefinitionId), roleDefinitionId]));
  await Promise.all([
    inLanes([...scopes], LANES, async ([key, scope]) => void permissions.set(key, await permissionsOf(ctx, scope))),
    inLanes([...ids], LANES, async ([key, id]) => void roles.set(key, await rolePermissions(ctx, id))),
  ]);
  return { permissions, roles };
}

function policyPairs(actions: readonly ElevationAction[], toDecide: readonly PimRequestRow[]): PolicyPair[] {
  return actions.flatMap((action): PolicyPair[] => {
    if (action.kind === "activate") return [{ scope: action.eligibleScope, roleDefinitionId: action.roleDefinitionId }];
    if (action.kind === "extend") return [{ scope: action.scope, roleDefinitionId: action.roleDefinitionId }];
    if (action.kind !== "decide") return [];
    const row = toDecide.find(({ id }) => id.toLowerCase() === action.requestId.toLowerCase());
    return row === undefined ? [] : approvalPairs(row);
  });
}

async function readSources(ctx: ServiceContext, actions: readonly ElevationAction[]): Promise<Sources> {
  const parts = createParts(ctx);
  const decides = actions.some(({ kind }) => kind === "decide");
  const [mine, toDecide, stages, probes] = await Promise.all([
    wantsMine(actions) ? readMyFacts(ctx, parts) : null,
    decides
      ? parts.orElse("approvals", "Requests for you to decide", [], () =>
          ctx.azure.pim.requests("activation", "asApprover", { signal: ctx.signal }),
        )
      : [],
    readStages(ctx, actions),
    readProbeSources(ctx, actions),
  ]);
  const policies = await readPolicies(ctx, policyPairs(actions, toDecide));
  return { mine, toDecide, stages, policies, ...probes, now: azureNow(clockOf(ctx), ctx.clock.now()) };
}

const refusal = (id: RefusalId, values: ElevationRefusal["values"] = {}): ElevationRefusal => ({ id, values, azure: null });

type Verdict = Partial<Pick<Prepared, "refusal" | "decidedBy" | "context" | "policy">> &
  Partial<ItemFacts> & { row?: PimRequestRow | PimScheduleRow };

/** Problems that are a reason of their own rather than a slip in the form. */
const OWN_REASON: Partial<Record<FormProblem["id"], RefusalId>> = {
  eligibilityEnded: "eligibilityEnded",
  alreadyActive: "alreadyActive",
  alreadyPending: "alreadyPending",
};

function refusalOfProblems(problems: readonly FormProblem[], policyChanged: boolean): ElevationRefusal | null {
  const first = problems.find(({ blocks }) => blocks);
  if (first === undefined) return null;
  return refusal(OWN_REASON[first.id] ?? (policyChanged ? "policyChanged" : "formInvalid"));
}

function judgeActivation(sources: Sources, action: Extract<Own, { kind: "activate" }>): Verdict {
  const { mine, now } = sources;
  const answer = sources.policies.of({ scope: action.eligibleScope, roleDefinitionId: action.roleDefinitionId });
  const policy = answer.known ? answer.policy : null;
  const row = mine?.eligible.find(
    ({ scheduleId, name }) => lastSegment(scheduleId ?? name) === lastSegment(action.eligibleScheduleId),
  );
  // An unread list is no proof that the eligibility has ended: Azure then decides.
  const assumed = mine?.unread.has("eligible") === true ? { scope: action.eligibleScope, endsAt: null } : null;
  const isActive =
    row !== undefined &&
    mine?.active.some(
      (one) =>
        one.assignmentType?.toLowerCase() === "activated" &&
        belongsTo(one, row) &&
        normaliseScope(one.scope) === normaliseScope(action.scope),
    );
  const isPending =
    row !== undefined &&
    mine !== null &&
    openRequests(mine, now).some(
      (one) =>
        one.kind === "activation" &&
        one.requestType.toLowerCase() === "selfactivate" &&
        one.name.toLowerCase() !== action.id.toLowerCase() &&
        lastSegment(one.roleDefinitionId) === lastSegment(action.roleDefinitionId) &&
        normaliseScope(one.scope) === normaliseScope(action.scope),
    );
  const facts = { policy, eligibility: row ?? assumed, isActive: isActive === true, isPending };
  const problems = checkActivation(action, facts, now);
  const policyChanged = policy !== null && action.policyStamp !== null && action.policyStamp !== policy.stamp;
  const role = sources.roles.get(lastSegment(action.roleDefinitionId));
  const present = sources.permissions.get(normaliseScope(action.scope)) ?? [];
  return {
    problems,
    policyChanged,
    policy: answer,
    context: policy?.activation.authenticationContext?.toLowerCase() ?? null,
    refusal: refusalOfProblems(problems, policyChanged),
    probe: role == null ? null : probeOf(role, present),
    ...(row === undefined ? {} : { row }),
  };
}

function judgeDeactivation(sources: Sources, action: Extract<Own, { kind: "deactivate" }>): Verdict {
  const row = sources.mine?.active.find(
    (one) =>
      one.assignmentType?.toLowerCase() === "activated" &&
      lastSegment(one.roleDefinitionId) === lastSegment(action.roleDefinitionId) &&
      normaliseScope(one.scope) === normaliseScope(action.scope),
  );
  if (row === undefined) return {};
  const from = canEndFrom(row.startsAt);
  // Azure's time comes in whole seconds, so within a moment of the end Azure is left to decide.
  const tooSoon = from !== null && Date.parse(from) > sources.now.getTime() + CLOCK_GRAIN_MS;
  return { row, refusal: tooSoon ? refusal("tooSoonToEnd", { canEndFrom: from }) : null };
}

function judgeExtension(sources: Sources, action: Extract<Own, { kind: "extend" }>): Verdict {
  const rows = action.of === "eligible" ? sources.mine?.eligible : sources.mine?.active;
  const row = rows?.find(({ scheduleId, name }) => lastSegment(scheduleId ?? name) === lastSegment(action.scheduleId));
  const answer = sources.policies.of(action);
  const problems = checkExtension(
    action,
    { endsAt: row?.endsAt ?? null, policy: answer.known ? answer.policy : null },
    sources.now,
  );
  return { problems, policy: answer, refusal: refusalOfProblems(problems, false), ...(row === undefined ? {} : { row }) };
}

function judgeCancel(sources: Sources, action: Extract<Own, { kind: "cancel" }>): Verdict {
  const place = placeOfRequestId(action.requestId);
  const row = sources.mine?.requests.find(({ name }) => name.toLowerCase() === place?.name.toLowerCase());
  if (place === null) return { refusal: refusal("notFound") };
  return row === undefined ? {} : { row };
}

const OWN_TYPES = /^self(extend|renew)$/i;

function judgeDecision(ctx: ServiceContext, sources: Sources, action: Extract<ElevationAction, { kind: "decide" }>): Verdict {
  const row = sources.toDecide.find(({ id }) => id.toLowerCase() === action.requestId.toLowerCase());
  const answer = row === undefined ? null : approvalPolicyOf(sources.policies, row);
  const required = answer?.known === true ? answer.policy.activation.approval.approverReasonRequired : null;
  const problems = checkDecision(action, required);
  const common: Verdict = { problems, policy: answer, ...(row === undefined ? {} : { row }) };
  const mine = ctx.operator.objectId.toLowerCase();
  if (row?.principalId.toLowerCase() === mine) return { ...common, refusal: refusal("ownRequest") };
  if (row !== undefined && OWN_TYPES.test(row.requestType)) return { ...common, refusal: refusal("extensionNotDecidable") };
  const invalid = refusalOfProblems(problems, false);
  if (invalid !== null) return { ...common, refusal: invalid };
  const stages = sources.stages.get(action.approvalId);
  // Stages that could not be read are no proof of anything, but without one there is nothing to decide.
  if (stages === undefined) return { ...common, refusal: refusal("azureDown") };
  const decided = stages === null ? null : decisionOf(stages);
  if (decided !== null)
    return { ...common, refusal: refusal("decidedByOther", { person: decided.person.name || SOMEBODY }), decidedBy: decided };
  const stage = stages === null ? null : openStage(stages);
  if (stage !== null) return { ...common, stage: stage.name };
  // The list holds requests of every status: one that is not in it is not mine to decide any more.
  const isOver = row !== undefined && phaseOf(row.status) !== "needsDecision";
  return { ...common, refusal: refusal(isOver ? "requestGone" : "notApprover") };
}

function judge(ctx: ServiceContext, sources: Sources, action: ElevationAction): Verdict {
  switch (action.kind) {
    case "activate":
      return judgeActivation(sources, action);
    case "deactivate":
      return judgeDeactivation(sources, action);
    case "extend":
      return judgeExtension(sources, action);
    case "cancel":
      return judgeCancel(sources, action);
    case "decide":
      return judgeDecision(ctx, sources, action);
  }
}

/** Role and scope of an action: its own, or those of the request it is about. */
function placeOfAction(action: ElevationAction, row: Verdict["row"]): { roleDefinitionId: string; scope: string } {
  if (action.kind !== "cancel" && action.kind !== "decide") return action;
  return row ?? { roleDefinitionId: "", scope: placeOfRequestId(action.requestId)?.scope ?? "/" };
}

function toPrepared(ctx: ServiceContext, action: ElevationAction, verdict: Verdict): Prepared {
  const { row } = verdict;
  const { roleDefinitionId, scope } = placeOfAction(action, row);
  const roleId = roleDefinitionId === "" ? "" : lastSegment(roleDefinitionId);
  const isSameScope = row !== undefined && normaliseScope(row.scope) === normaliseScope(scope);
  const person = action.kind === "decide" && row !== undefined ? (row.names.principal ?? row.principalId) : null;
  const conditioned = row !== undefined && "condition" in row ? row : null;
  const stage = verdict.stage ?? null;
  return {
    action,
    roleId,
    scope,
    context: verdict.context ?? null,
    refusal: verdict.refusal ?? null,
    decidedBy: verdict.decidedBy ?? null,
    policy: verdict.policy ?? null,
    facts: {
      names: {
        role: row?.names.role ?? roleId,
        scope: scopeRefOf(scope, isSameScope ? row.names.scope : null).name,
        person,
      },
      problems: verdict.problems ?? [],
      policyChanged: verdict.policyChanged ?? false,
      probe: verdict.probe ?? null,
      stage,
    },
    exact: exactElevation(ctx.config.cloud, action, {
      principalId: ctx.operator.objectId,
      condition: conditioned?.condition ?? null,
      conditionVersion: conditioned?.conditionVersion ?? null,
      stage,
    }),
  };
}

/**
 * Reads, just before sending, what decides about the actions: eligibilities, settings, requests, stages, present rights. Each
 * action comes back with its exact request, or with the reason why it is not sent. Throws AppError when the sign-in is refused.
 */
export async function prepareElevation(ctx: ServiceContext, actions: readonly ElevationAction[]): Promise<Prepared[]> {
  const sources = await readSources(ctx, actions);
  return actions.map((action) => toPrepared(ctx, action, judge(ctx, sources, action)));
}

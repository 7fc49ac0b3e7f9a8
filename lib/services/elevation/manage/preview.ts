import "server-only";
import { createHash } from "node:crypto";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { ManagePreview, ManageProblem, PreviewItem } from "@/lib/domain/elevation/manage/api";
import { type ConversionVerdict, conversionPlan, grantKey } from "@/lib/domain/elevation/manage/conversion-plan";
import { policyProblems } from "@/lib/domain/elevation/manage/policy-preflight";
import { policyDifferences, rulesToSend, settingsOf } from "@/lib/domain/elevation/manage/policy-settings";
import { actionsOf, exactRequests, type ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { scheduleProblems } from "@/lib/domain/elevation/manage/schedule-form";
import { isActionAllowed } from "@/lib/domain/permissions";
import { requestCommands } from "@/lib/domain/templates";
import type { ServiceContext } from "../../context";
import { type PreviewFacts, type RequestFacts, readPreviewFacts } from "./preview-facts";

type StateProblem = Extract<ManageProblem, { about: "state" }>;

const state = (id: StateProblem["id"], weight: StateProblem["weight"], values: StateProblem["values"] = {}): StateProblem => ({
  ...{ about: "state", id, weight, values },
});

function rightProblems({ request, permissions }: RequestFacts): ManageProblem[] {
  if (permissions === null) return [state("rightUnknown", "warns")];
  const missing = actionsOf(request).filter((action) => !isActionAllowed(permissions, action));
  return missing.length === 0 ? [] : [state("noRight", "blocks", { actions: missing.join(", ") })];
}

const CONVERSION_WEIGHT = {
  activatedByPim: "blocks",
  notAPersonOrGroup: "blocks",
  deleted: "blocks",
  condition: "blocks",
  lastWhoAssigns: "typed",
  own: "typed",
  alreadyEligible: "warns",
} as const;

function conversionProblems(facts: RequestFacts, verdict: ConversionVerdict | undefined): ManageProblem[] {
  if (facts.standing === null) return [state("gone", "blocks")];
  return (verdict?.reasons ?? []).map((reason) => state(reason, CONVERSION_WEIGHT[reason]));
}

function scheduleFindings({ request, schedule, ended, coming }: RequestFacts): ManageProblem[] {
  if (request.kind === "schedule" && request.requestType === "AdminRenew") {
    if (ended === "unread") return [state("renewUnknown", "warns")];
    return ended === null ? [state("notRenewable", "blocks")] : [];
  }
  const isChange = request.kind === "schedule" && request.targetScheduleId !== null;
  return isChange && schedule === null && coming === null ? [state("scheduleGone", "blocks")] : [];
}

function endProblems(facts: RequestFacts, now: Date): ManageProblem[] {
  const { request, given } = facts;
  if (request.kind !== "schedule" && request.kind !== "convert") return [];
  if (request.kind === "schedule" && request.requestType === "AdminRemove") return [];
  const rule = given === null ? null : request.kind === "convert" ? given.eligible : given[request.of];
  const startsAt = request.kind === "schedule" ? request.startsAt : null;
  const ticketNumber = request.kind === "schedule" ? (request.ticket?.number ?? "") : "";
  const form = { startsAt, end: request.end, justification: request.justification, ticketNumber };
  return scheduleProblems(form, rule, now).map(({ id, blocks, values }) => ({
    ...{ about: "schedule", id, values, weight: blocks ? "blocks" : "warns" },
  }));
}

function policyFindings(facts: RequestFacts): ManageProblem[] {
  const { request, policy } = facts;
  if (request.kind !== "policy") return [];
  if (policy === null) return [state("policyGone", "blocks")];
  return policyProblems(request.settings, policy.people).map((problem) => ({ about: "policy", ...problem }));
}

function verdictOf(problems: readonly ManageProblem[], unchanged: boolean): PreviewItem["verdict"] {
  if (unchanged) return "unchanged";
  if (problems.some(({ weight }) => weight === "blocks")) return "blocked";
  return problems.some(({ weight }) => weight === "typed") ? "confirm" : "ready";
}

function toItem(
  ctx: ServiceContext,
  all: PreviewFacts,
  facts: RequestFacts,
  index: number,
  verdict?: ConversionVerdict,
): PreviewItem {
  const { request, principal, policy } = facts;
  const { cloud } = ctx.config;
  const before = policy === null ? null : settingsOf(policy.read);
  const isPolicy = request.kind === "policy" && before !== null;
  const differences = isPolicy ? policyDifferences(before, request.settings) : [];
  const rules = isPolicy ? rulesToSend(policy?.wire.rules ?? [], before, request.settings) : [];
  const steps = exactRequests(cloud, request, rules);
  const unknown = principal !== null && principal.kind === "unknown" ? [state("unknownPrincipal", "warns")] : [];
  const unchanged = isPolicy && differences.length === 0;
  const problems: ManageProblem[] = [
    ...rightProblems(facts),
    ...policyFindings(facts),
    ...(request.kind === "convert" ? conversionProblems(facts, verdict) : []),
    ...scheduleFindings(facts),
    ...endProblems(facts, ctx.clock.now()),
    ...unknown,
  ];
  const commands = steps.map((step) => requestCommands(cloud, step));
  return {
    index,
    request,
    names: {
      principal: principal === null ? null : principal.displayName || principal.detail || principal.id,
      role: all.names.role(request.roleId).name,
      scope: all.names.scope(request.scope).name,
    },
    steps,
    commands: {
      azCli: commands.map(({ azCli }) => azCli).join("\n"),
      powershell: commands.map(({ powershell }) => powershell).join("\n"),
    },
    differences,
    problems: unchanged ? [] : problems,
    verdict: verdictOf(problems, unchanged),
  };
}

function conversions(ctx: ServiceContext, { fleet, items }: PreviewFacts): Map<string, ConversionVerdict> {
  const ids = items.flatMap(({ request }) => (request.kind === "convert" ? [request.assignmentId.toLowerCase()] : []));
  return conversionPlan({
    facts: fleet.standing.map((row) => ({ ...row, assignmentId: row.assignmentId.toLowerCase() })),
    chosen: new Set(ids),
    eligible: new Set(fleet.eligible.map((row) => grantKey({ ...row, roleId: row.roleDefinitionId }))),
    operatorId: ctx.operator.objectId,
  });
}

/** Two previews have the same stamp exactly when the requests and what they change are the same. */
function stampOf(items: readonly RequestFacts[]): string {
  const seen = items.map(({ request, standing, policy, schedule, ended }) => ({
    ...{ request, standing, rules: policy?.wire.rules ?? null, endsAt: schedule?.endsAt ?? null },
    endedAt: ended === null || ended === "unread" ? ended : ended.endsAt,
  }));
  return createHash("sha256").update(canonicalJson(seen)).digest("hex");
}

export type ManagePreviewResult = { preview: ManagePreview; facts: PreviewFacts };

/** What these requests would change, what speaks against them and what exactly would be sent. Writes nothing. Throws AppError. */
export async function previewManage(args: {
  ctx: ServiceContext;
  requests: readonly ManageRequest[];
}): Promise<ManagePreviewResult> {
  const { ctx } = args;
  const facts = await readPreviewFacts(ctx, args.requests);
  const plan = conversions(ctx, facts);
  const items = facts.items.map((one, index) => {
    const verdict = one.request.kind === "convert" ? plan.get(one.request.assignmentId.toLowerCase()) : undefined;
    return toItem(ctx, facts, one, index, verdict);
  });
  const first = items.find(({ verdict }) => verdict === "confirm");
  return {
    facts,
    preview: {
      items,
      confirmText: first === undefined ? null : first.names.role,
      stamp: stampOf(facts.items),
      asOf: ctx.clock.now().toISOString(),
    },
  };
}

import "server-only";
import { z } from "zod";
import { type ChangeItemRow, type ChangeSetRow, changeItems, findChangeSet, recentChangeSets } from "@/lib/db/access-changes";
import type { Database } from "@/lib/db/database";
import { CHANGE_STATES, EFFECT_STATES } from "@/lib/domain/access/api";
import type { ManageItem, ManageSet, ManageSetList } from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import { effectOf } from "../../access/change-view";
import type { ServiceContext } from "../../context";
import { storedNames, storedRequest, storedSteps, storedUndo } from "./stored";

const SHOWN_SETS = 20;
const azureSchema = z.custom<AzureFailure>((value) => typeof value === "object" && value !== null && "message" in value);

function toItem(item: ChangeItemRow, now: Date): ManageItem {
  return {
    index: item.position,
    request: storedRequest(item),
    names: storedNames(item),
    steps: storedSteps(item),
    state: item.state,
    azure: item.azure === null ? null : azureSchema.parse(JSON.parse(item.azure)),
    detail: item.detail,
    effect: effectOf(item, now),
  };
}

function counted<Name extends string>(names: readonly Name[], values: readonly Name[]): Record<Name, number> {
  const counts = Object.fromEntries(names.map((name) => [name, values.filter((value) => value === name).length]));
  return counts as Record<Name, number>;
}

/** A request that Azure ended cannot be sent again under its name. */
function anew(request: ManageRequest): ManageRequest {
  return request.kind === "policy" ? request : { ...request, requestName: crypto.randomUUID() };
}

/** What a browser may see of a set of changes. */
export function toManageSet(set: ChangeSetRow, items: readonly ChangeItemRow[], now: Date): ManageSet {
  const isOpen = items.some(({ state }) => state === "planned" || state === "submitting" || state === "unknown");
  const ends = items.map(({ acceptedAt, updatedAt }) => (acceptedAt ?? updatedAt).getTime());
  const undo = items.flatMap((item) => (item.state === "done" ? (storedUndo(item) ?? []) : []));
  const lost = items.filter(({ state }) => state === "refused" || state === "failed");
  return {
    id: set.id,
    operatorName: set.operatorName,
    operatorObjectId: set.operatorObjectId,
    startedAt: set.startedAt.toISOString(),
    endedAt: isOpen ? null : new Date(Math.max(...ends)).toISOString(),
    items: items.map((item) => toItem(item, now)),
    counts: counted(
      CHANGE_STATES,
      items.map(({ state }) => state),
    ),
    effects: counted(
      EFFECT_STATES,
      items.map(({ effect }) => effect),
    ),
    undo: undo.reverse(),
    retry: lost.map((item) => anew(storedRequest(item))),
    waitingFor: items.find(({ waitingFor }) => waitingFor !== null)?.waitingFor ?? null,
  };
}

export async function manageSetView(db: Database, set: ChangeSetRow, now: Date): Promise<ManageSet> {
  return toManageSet(set, await changeItems(db, set.id), now);
}

function seesAll({ operator }: ServiceContext): boolean {
  return operator.portalRoles.includes("Portal.Auditor") || operator.portalRoles.includes("Portal.Admin");
}

/** One set: the operator's own, or any of the tenant for auditors and administrators of the portal. */
export async function getManageSet(args: { ctx: ServiceContext; id: string }): Promise<ManageSet> {
  const { ctx, id } = args;
  const set = await findChangeSet(ctx.db, id);
  const isMine = set?.operatorObjectId === ctx.operator.objectId;
  const isHere = set !== null && set.kind === "elevation" && set.tenantId === ctx.operator.tenantId;
  if (!isHere || !(isMine || seesAll(ctx))) {
    throw new AppError({
      code: "not_found",
      message: "There is no such set of changes, or it is another operator's.",
      nextStep: "Open it from the list of your changes.",
    });
  }
  return manageSetView(ctx.db, set, ctx.clock.now());
}

/** The newest sets of the operator, or of the tenant for auditors and administrators of the portal. */
export async function listManageSets(args: { ctx: ServiceContext }): Promise<ManageSetList> {
  const { ctx } = args;
  const { tenantId, objectId } = ctx.operator;
  const now = ctx.clock.now();
  const of = { tenantId, operatorObjectId: seesAll(ctx) ? null : objectId, limit: SHOWN_SETS, kind: "elevation" as const };
  const rows = await recentChangeSets(ctx.db, of);
  return { sets: await Promise.all(rows.map((row) => manageSetView(ctx.db, row, now))), asOf: now.toISOString() };
}

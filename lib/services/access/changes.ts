import "server-only";
import { effectTimes, findChangeSet, recentChangeSets } from "@/lib/db/access-changes";
import type { AccessChangeList, AccessChangeSet } from "@/lib/domain/access/api";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { changeSetView } from "./change-view";

const SHOWN_SETS = 20;

function seesAll({ operator }: ServiceContext): boolean {
  return operator.portalRoles.includes("Portal.Auditor") || operator.portalRoles.includes("Portal.Admin");
}

/** One set of changes: the operator's own, or any of the tenant for auditors and administrators of the portal. */
export async function getAccessChange(args: { ctx: ServiceContext; id: string }): Promise<AccessChangeSet> {
  const { ctx, id } = args;
  const set = await findChangeSet(ctx.db, id);
  const isMine = set?.operatorObjectId === ctx.operator.objectId;
  if (set === null || set.kind !== "access" || set.tenantId !== ctx.operator.tenantId || !(isMine || seesAll(ctx))) {
    throw new AppError({
      code: "not_found",
      message: "There is no such set of changes, or it is another operator's.",
      nextStep: "Open it from the list of your changes.",
    });
  }
  return changeSetView(ctx.db, set, ctx.clock.now());
}

/** The newest sets and how long changes of the tenant took until they were in force. */
export async function listAccessChanges(args: { ctx: ServiceContext }): Promise<AccessChangeList> {
  const { ctx } = args;
  const { tenantId, objectId } = ctx.operator;
  const now = ctx.clock.now();
  const rows = await recentChangeSets(ctx.db, {
    tenantId,
    operatorObjectId: seesAll(ctx) ? null : objectId,
    limit: SHOWN_SETS,
    kind: "access",
  });
  const sets = await Promise.all(rows.map((row) => changeSetView(ctx.db, row, now)));
  return { sets, effectTimes: await effectTimes(ctx.db, tenantId), asOf: now.toISOString() };
}

import "server-only";
import { kqlText } from "@/lib/azure/kql";
import type { AccessIndex } from "@/lib/domain/access/access-index";
import { normaliseScope, scopeKind } from "@/lib/domain/access/scope";
import type { ServiceContext } from "../context";

const MACHINES = "resources\n| where type =~ 'microsoft.hybridcompute/machines'";
const NAMED = 200;

/** The query for machines at or below a scope; null for a scope below which no machine can be. */
function machinesBelow(index: AccessIndex, scope: string): { query: string; subscriptions?: string[] } | null {
  const kind = scopeKind(scope);
  const [, , subscription = "", , group = ""] = scope.split("/");
  const end = "\n| project id\n| order by id asc";
  if (kind === "root") return { query: `${MACHINES}${end}` };
  if (kind === "subscription") return { query: `${MACHINES}${end}`, subscriptions: [subscription] };
  if (kind === "resourceGroup") {
    return { query: `${MACHINES}\n| where resourceGroup =~ ${kqlText(group)}${end}`, subscriptions: [subscription] };
  }
  if (kind === "machine") return { query: `${MACHINES}\n| where id =~ ${kqlText(scope)}${end}`, subscriptions: [subscription] };
  if (kind !== "managementGroup") return null;
  const below = index.inputs.subscriptions.filter(({ id }) => index.scopes.covers(scope, normaliseScope(id)));
  const subscriptions = below.map(({ id }) => id.slice(id.lastIndexOf("/") + 1));
  return subscriptions.length === 0 ? null : { query: `${MACHINES}${end}`, subscriptions };
}

/** Scopes without those that another of them covers already. */
function widest(index: AccessIndex, scopes: readonly string[]): string[] {
  const unique = [...new Set(scopes.map(normaliseScope))];
  return unique.filter((scope) => !unique.some((other) => other !== scope && index.scopes.covers(other, scope)));
}

/** Machines at or below any of the scopes: how many, and the first 200 by id. Throws AppError. */
export async function machinesUnder(
  ctx: Pick<ServiceContext, "azure" | "signal">,
  index: AccessIndex,
  scopes: readonly string[],
): Promise<{ ids: string[]; total: number }> {
  const ids: string[] = [];
  let total = 0;
  for (const scope of widest(index, scopes)) {
    const wanted = machinesBelow(index, scope);
    if (wanted === null) continue;
    const page = await ctx.azure.resourceGraph.query({ ...wanted, top: NAMED }, { signal: ctx.signal });
    total += page.total;
    for (const { id } of page.rows) if (typeof id === "string" && ids.length < NAMED) ids.push(id);
  }
  return { ids, total };
}

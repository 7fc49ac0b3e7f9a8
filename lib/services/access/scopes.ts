import "server-only";
import { z } from "zod";
import { followPages, type Page } from "@/lib/azure/paging";
import type { ResourceGraphPage } from "@/lib/azure/ports";
import type { ManagementGroupInput, SubscriptionInput } from "@/lib/domain/access/types";
import type { ServiceContext } from "../context";

const PREFIX = "/providers/Microsoft.Management/managementGroups/";
const chainSchema = z.array(z.looseObject({ name: z.string(), displayName: z.string().nullish().catch(null) })).catch([]);
const rowSchema = z.looseObject({ id: z.string(), name: z.string(), type: z.string() });

export const SCOPES_QUERY = [
  "resourcecontainers",
  "| where type =~ 'microsoft.resources/subscriptions' or type =~ 'microsoft.management/managementgroups'",
  "| project id, name, type, displayName = tostring(properties.displayName), chain = properties.managementGroupAncestorsChain, parents = properties.details.managementGroupAncestorsChain",
  "| order by id asc",
].join("\n");

type QueryArgs = {
  query: string;
  /** In words, for an error. */
  subject: string;
  subscriptions?: string[];
  withAssignmentsAbove?: boolean;
  background?: boolean;
  onWait?: (ms: number) => void;
};

/** All pages of one Resource Graph query, as they come. */
export async function* queryPages(
  ctx: Pick<ServiceContext, "azure" | "signal">,
  { subject, ...query }: QueryArgs,
): AsyncGenerator<ResourceGraphPage> {
  const load = async (skipToken: string | null): Promise<Page<ResourceGraphPage>> => {
    const page = await ctx.azure.resourceGraph.query({ ...query, skipToken }, { signal: ctx.signal });
    return { items: page, nextLink: page.skipToken };
  };
  yield* followPages({ service: "resourceGraph", subject, first: () => load(null), next: load });
}

export type ScopeTree = { managementGroups: ManagementGroupInput[]; subscriptions: SubscriptionInput[] };

/** The tree of management groups and subscriptions from rows of resourcecontainers; parents come from the ancestor chains. */
export function toScopeTree(rows: readonly Record<string, unknown>[]): ScopeTree {
  const groups = new Map<string, ManagementGroupInput>();
  const subscriptions: SubscriptionInput[] = [];

  // A chain runs from the nearest parent up to the root, and names groups that the caller may not read on their own.
  function addChain(raw: unknown): string | null {
    const chain = chainSchema.parse(raw ?? []);
    chain.forEach(({ name, displayName }, index) => {
      const above = chain[index + 1];
      const id = PREFIX + name;
      const parentId = above === undefined ? null : PREFIX + above.name;
      if (!groups.has(id.toLowerCase())) groups.set(id.toLowerCase(), { id, displayName: displayName ?? name, parentId });
    });
    return chain[0] === undefined ? null : PREFIX + chain[0].name;
  }

  for (const raw of rows) {
    const row = rowSchema.safeParse(raw);
    if (!row.success) continue;
    const { id, name, type, displayName } = row.data;
    if (type.toLowerCase().endsWith("/managementgroups")) {
      const label = typeof displayName === "string" && displayName !== "" ? displayName : name;
      groups.set(id.toLowerCase(), { id, displayName: label, parentId: addChain(raw.parents) });
    } else {
      subscriptions.push({ id, displayName: name, managementGroupId: addChain(raw.chain) });
    }
  }
  return { managementGroups: [...groups.values()], subscriptions };
}

/** Reads the scope tree above the given subscriptions, or all that the caller can see. Throws AppError. */
export async function readScopes(ctx: Pick<ServiceContext, "azure" | "signal">, subscriptions?: string[]): Promise<ScopeTree> {
  const rows: Record<string, unknown>[] = [];
  const scope = subscriptions === undefined ? {} : { subscriptions };
  for await (const page of queryPages(ctx, { query: SCOPES_QUERY, subject: "scopes", ...scope })) rows.push(...page.rows);
  return toScopeTree(rows);
}

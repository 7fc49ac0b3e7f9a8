import "server-only";
import { z } from "zod";
import { kqlText } from "@/lib/azure/kql";
import type { FoundResource, ResourceSearch } from "@/lib/domain/access/api";
import type { ServiceContext } from "../context";

const SHOWN = 20;

const text = z.string().nullish().catch(null);
const rowSchema = z.looseObject({
  id: z.string().startsWith("/subscriptions/"),
  name: z.string(),
  type: z.string(),
  resourceGroup: text,
  subscriptionId: text,
  rbac: z.union([z.boolean(), z.string()]).nullish().catch(null),
});

const VAULT = "microsoft.keyvault/vaults";

/** Whether a vault takes its permissions from Azure roles; null for other resources and where the vault does not say. */
function usesRoles(type: string, rbac: unknown): boolean | null {
  if (type.toLowerCase() !== VAULT) return null;
  const word = String(rbac ?? "").toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}

function toFound(raw: Record<string, unknown>): FoundResource | null {
  const wire = rowSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, name, type, resourceGroup, subscriptionId, rbac } = wire.data;
  return {
    ...{ id, name, type },
    resourceGroup: resourceGroup ?? "",
    subscriptionId: subscriptionId ?? "",
    usesRoles: usesRoles(type, rbac),
  };
}

/** The query for resources of a type, or of any, whose name holds the words. */
export function resourcesQuery(search: string, type: string | null): string {
  return [
    "resources",
    ...(type === null ? [] : [`| where type =~ ${kqlText(type)}`]),
    `| where name contains ${kqlText(search)}`,
    "| project id, name, type, resourceGroup, subscriptionId, rbac = tostring(properties.enableRbacAuthorization)",
    "| order by name asc, id asc",
  ].join("\n");
}

/**
 * Resources of the tenant by a part of their name, search as you type: the first 20 and how many there are. Resource Graph leaves
 * out what the operator may not read without saying so. Throws AppError.
 */
export async function searchResources(args: {
  ctx: Pick<ServiceContext, "azure" | "signal" | "clock">;
  search: string;
  type: string | null;
}): Promise<ResourceSearch> {
  const { ctx, search, type } = args;
  const asOf = ctx.clock.now().toISOString();
  const page = await ctx.azure.resourceGraph.query({ query: resourcesQuery(search, type), top: SHOWN }, { signal: ctx.signal });
  const resources = page.rows.map(toFound).filter((row) => row !== null);
  return { resources, total: Math.max(page.total, resources.length), asOf };
}

import "server-only";
import { normaliseScope } from "@/lib/domain/access/scope";
import type { ScopeRef } from "@/lib/domain/access/types";
import type { NarrowerScopes } from "@/lib/domain/elevation/api";
import { fleetInputs } from "../access/inputs";
import type { ServiceContext } from "../context";
import { createParts } from "./parts";
import { scopeRefOf } from "./rows";

const SHOWN = 500;
const INPUTS_AGE_MS = 10 * 60_000;
const ORDER: readonly ScopeRef["kind"][] = ["subscription", "resourceGroup", "machine", "other", "managementGroup", "root"];

/** Where below an eligibility an activation may be narrowed to: what Azure lists, and the machines that the portal knows. */
export async function narrowerScopes(args: { ctx: ServiceContext; scope: string }): Promise<NarrowerScopes> {
  const { ctx, scope } = args;
  const asOf = ctx.clock.now().toISOString();
  const parts = createParts(ctx);
  const [children, machines] = await Promise.all([
    parts.orElse("eligibleChildren", "Subscriptions and groups below", [], () =>
      ctx.azure.pim.eligibleChildren(scope, { signal: ctx.signal }),
    ),
    parts.orElse("machines", "Machines below", [], async () => (await fleetInputs(ctx, INPUTS_AGE_MS)).inputs.machines),
  ]);
  const above = normaliseScope(scope);
  const isBelow = (id: string) => normaliseScope(id).startsWith(above === "/" ? "/" : `${above}/`);
  const subscriptions = new Set(children.map(({ id }) => normaliseScope(id)));
  // Below a management group only Azure knows which subscriptions there are.
  const isWithin = (id: string) => isBelow(id) || [...subscriptions].some((child) => normaliseScope(id).startsWith(`${child}/`));
  const refs = [
    ...children.map(({ id, name }) => scopeRefOf(id, name)),
    ...machines.filter(({ id }) => isWithin(id)).map(({ id, name }) => scopeRefOf(id, name)),
  ];
  const unique = [...new Map(refs.map((ref) => [normaliseScope(ref.id), ref])).values()];
  unique.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
  return { scopes: unique.slice(0, SHOWN), total: unique.length, completeness: parts.completeness(asOf, unique.length) };
}

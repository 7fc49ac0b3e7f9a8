import "server-only";
import type { PrincipalSearch } from "@/lib/domain/access/api";
import type { ServiceContext } from "../context";
import { toPrincipal } from "./to-inputs";

const RESULTS_PER_KIND = 15;

/** People, groups and service principals by the beginning of a name, as Graph's search finds them. Throws AppError. */
export async function searchPrincipals(args: { ctx: ServiceContext; search: string }): Promise<PrincipalSearch> {
  const { ctx, search } = args;
  const rows = await ctx.azure.directory.search(search, RESULTS_PER_KIND, { signal: ctx.signal });
  return { principals: rows.map(toPrincipal), asOf: ctx.clock.now().toISOString() };
}

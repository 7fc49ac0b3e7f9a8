import "server-only";
import type { ScopeList } from "@/lib/domain/access/api";
import { scopeChoices } from "@/lib/domain/access/scope-choices";
import type { ServiceContext } from "../context";
import { readScopes } from "./scopes";

/** Management groups and subscriptions that the operator can see, as Resource Graph has them now. Throws AppError. */
export async function listScopes(args: { ctx: ServiceContext }): Promise<ScopeList> {
  const asOf = args.ctx.clock.now().toISOString();
  return { scopes: scopeChoices(await readScopes(args.ctx)), asOf };
}

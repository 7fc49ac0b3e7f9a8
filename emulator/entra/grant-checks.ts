import type { User } from "../world/types.ts";
import type { EntraDeps } from "./deps.ts";
import { EntraError } from "./errors.ts";
import type { Grant } from "./state.ts";

/** The person behind a grant, as long as the account exists and is enabled. */
export function requireUserById(deps: EntraDeps, grant: Pick<Grant, "userId" | "tenantId">): User {
  const users = deps.world().users;
  const user = users.find((row) => row.id === grant.userId && row.tenantId === grant.tenantId);
  if (user === undefined) throw new EntraError(50034, [grant.userId, grant.tenantId]);
  const home = users.find((row) => row.id === user.homeObjectId && row.tenantId === user.homeTenantId);
  if (!user.accountEnabled || home?.accountEnabled === false) throw new EntraError(50057);
  return user;
}

/** Refuses a grant whose sign-in was revoked. */
export function requireLiveSession(deps: EntraDeps, grant: Pick<Grant, "sid">): void {
  const revokedAtMs = deps.state.revokedSessions.get(grant.sid);
  if (revokedAtMs !== undefined) throw new EntraError(50173, [new Date(revokedAtMs).toISOString()]);
}

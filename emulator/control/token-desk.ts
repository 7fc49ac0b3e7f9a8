import { randomUUID } from "node:crypto";
import type { Instance } from "../core/instance.ts";
import type { EntraDeps } from "../entra/deps.ts";
import { findByLoginName, findInTenant } from "../entra/directory.ts";
import { resolveScopes } from "../entra/scopes.ts";
import { signUserAccessToken } from "../entra/tokens.ts";
import { CONTOSO_TENANT_ID, LOCAL_AUTHORITY, PORTAL_CLIENT_ID } from "../world/types.ts";
import { refuse } from "./input.ts";

export type TokenOrder = {
  upn: string;
  resource: "arm" | "graph" | "api";
  tenantId?: string;
  acrs?: string[];
  amr?: string[];
  capabilities?: string[];
};

/** A person's access token without the sign-in pages. The sign-in behind it can be revoked like any other. */
export async function issueToken(instance: Instance, order: TokenOrder): Promise<string> {
  const { world, entra, cloud, options, wallNowMs } = instance;
  const tenantId = order.tenantId ?? CONTOSO_TENANT_ID;
  const home = findByLoginName(world, order.upn);
  const user = home === null ? null : findInTenant(world, home, tenantId);
  if (user === null) throw refuse(404, `There is no user '${order.upn}' in tenant '${tenantId}'.`);
  const deps: EntraDeps = { state: entra, cloud, options, wallNowMs, world: () => world };
  const prefix = { arm: cloud.arm, graph: cloud.graph, api: `api://${PORTAL_CLIENT_ID}` }[order.resource];
  const consented = options.consentedGraphScopes;
  const place = { world, cloud, tenantName: tenantId, clientId: PORTAL_CLIENT_ID, consented };
  const scopes = resolveScopes(place, [`${prefix}/.default`]);
  const sid = randomUUID();
  entra.signInOwners.set(sid, { homeObjectId: user.homeObjectId });
  return signUserAccessToken({
    deps,
    origin: LOCAL_AUTHORITY,
    user,
    resource: scopes.resource,
    permissions: scopes.permissions,
    grant: {
      clientId: PORTAL_CLIENT_ID,
      sid,
      amr: order.amr ?? ["pwd"],
      acrs: order.acrs ?? [],
      clientCapabilities: order.capabilities ?? ["cp1"],
      authenticatedAtMs: wallNowMs(),
    },
  });
}

import { z } from "zod";
import type { Operator, PortalRole } from "@/lib/domain/operator";

const claimsSchema = z.looseObject({
  oid: z.string().min(1),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  roles: z.array(z.string()).optional(),
  idp: z.string().optional(),
  acct: z.union([z.number(), z.string()]).optional(),
});

const PORTAL_ROLES: readonly PortalRole[] = ["Portal.Auditor", "Portal.Admin"];

function isPortalRole(role: string): role is PortalRole {
  return PORTAL_ROLES.some((known) => known === role);
}

/**
 * The operator behind verified claims. Roles the portal does not know are left out. `acct` 1 or an `idp` of another
 * tenant marks a guest (learn.microsoft.com/entra/identity-platform/optional-claims-reference).
 */
export function toOperator(payload: unknown, tenantId: string): Operator {
  const claims = claimsSchema.parse(payload);
  const userPrincipalName = claims.preferred_username ?? claims.upn ?? claims.oid;
  const foreignProvider = claims.idp !== undefined && !claims.idp.toLowerCase().includes(tenantId);
  return {
    objectId: claims.oid,
    tenantId,
    name: claims.name ?? userPrincipalName,
    userPrincipalName,
    isGuest: Number(claims.acct) === 1 || foreignProvider || userPrincipalName.toLowerCase().includes("#ext#"),
    portalRoles: (claims.roles ?? []).filter(isPortalRole),
  };
}

export type PortalRole = "Portal.Auditor" | "Portal.Admin";

/** The signed-in person, from the verified API token. */
export type Operator = {
  objectId: string;
  tenantId: string;
  name: string;
  userPrincipalName: string;
  isGuest: boolean;
  portalRoles: PortalRole[];
};

/**
 * Values of local Azure that the portal needs to find it. They work nowhere else: the prefix below is refused by every
 * mode that talks to a real cloud, and the authority is a name that no resolver answers.
 */
export const LOCAL_TENANT_PREFIX = "10ca1a2e-";
export const LOCAL_AUTHORITY = "https://login.local-azure.invalid";

export const LOCAL_DEFAULTS = {
  tenantId: "10ca1a2e-0000-4000-8000-000000000001",
  otherTenantId: "10ca1a2e-0000-4000-8000-000000000002",
  clientId: "10ca1a2e-0000-4000-8000-0000000000a1",
  clientSecret: "local-azure-only-portal-secret",
} as const;

import { stableGuid } from "./random.ts";

/** Built-in roles that only the access seeds use (list of built-in roles, emulator/specs). */
export const ACCESS_ROLES = {
  accessAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  vaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  vaultCertificateUser: "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
  blobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  logAnalyticsReader: "73c42c96-874c-492b-b04d-ab87d138a893",
  runCommandOperator: "10ca1a2e-4000-4000-8000-000000000003",
  patchOperator: "10ca1a2e-4000-4000-8000-000000000004",
  /** Stands in an assignment although no definition has it. */
  unknown: "10ca1a2e-4000-4000-8000-00000000dead",
} as const;

/** Group, vault, account and workspace that hold what machines may read. */
export const IDENTITY_GROUP = "rg-identities";
export const PRODUCTION_VAULT = "kv-contoso-prod";
export const PLATFORM_VAULT = "kv-contoso-platform";
export const STORAGE_ACCOUNT = "stcontosoprod";
export const WORKSPACE = "law-contoso-prod";

/** Object id of the identity of a seeded machine. */
export function machineIdentity(seed: number, name: string): string {
  return stableGuid(seed, `principal:${name}`);
}

/** Object id of an ordinary person of Contoso by sign-in name, for example "hanna.lindqvist". */
export function ordinaryPerson(seed: number, name: string): string {
  return stableGuid(seed, `user:${name}@contoso.example`);
}

/** Azure's form of "may assign only these roles, and only to groups". */
export function onlyRolesToGroups(roles: readonly string[]): string {
  const list = roles.join(", ");
  const part = (action: string, source: string): string =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${list}} AND @${source}[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Group'}))`;
  return `${part("write", "Request")} AND ${part("delete", "Resource")}`;
}

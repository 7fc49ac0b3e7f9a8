import "server-only";
import type { DirectoryRow } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { lastSegment } from "@/lib/domain/access/scope";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";

export function principalOfRow(row: DirectoryRow): PimPrincipal {
  const kind = row.kind === "other" ? "unknown" : row.kind;
  const id = row.id.toLowerCase();
  return { id, kind, name: row.displayName || row.userPrincipalName || row.id, detail: row.userPrincipalName ?? "" };
}

/** Words of PIM for a kind of principal; ForeignGroup and Device stay unknown. */
export function principalKind(type: string): PimPrincipal["kind"] {
  const text = type.toLowerCase();
  if (text === "user" || text === "group") return text;
  return text === "serviceprincipal" ? "servicePrincipal" : "unknown";
}

/** Names of people and roles as one carrier may read them, kept as long as the carrier's sign-in. */
export class Names {
  private readonly principals = new Map<string, PimPrincipal | null>();
  private readonly roles = new Map<string, string>();
  private readonly rolesRead = new Set<string>();
  private readonly azure: Pick<AzureClients, "directory" | "access">;

  constructor(azure: Pick<AzureClients, "directory" | "access">) {
    this.azure = azure;
  }

  learn(principal: PimPrincipal): void {
    if (principal.name !== principal.id) this.principals.set(principal.id, principal);
  }

  learnRole(id: string, name: string): void {
    this.roles.set(id, name);
  }

  /** Looks the unknown ones up. A directory that may not be read leaves ids as names: no reason to lose the event. */
  async resolve(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids.map((id) => id.toLowerCase()))].filter((id) => !this.principals.has(id));
    if (unknown.length === 0) return;
    const rows = await this.azure.directory.byIds(unknown).catch(() => null);
    for (const row of rows ?? []) this.principals.set(row.id.toLowerCase(), principalOfRow(row));
    // Deleted ones have no name any more; asking again in this sign-in would not change that.
    if (rows !== null) for (const id of unknown) if (!this.principals.has(id)) this.principals.set(id, null);
  }

  async resolveRoles(scope: string): Promise<void> {
    if (this.rolesRead.has(scope)) return;
    const rows = await this.azure.access.roleDefinitions(scope).catch(() => null);
    if (rows !== null) this.rolesRead.add(scope);
    for (const row of rows ?? []) this.roles.set(lastSegment(row.id), row.roleName);
  }

  principal(id: string): PimPrincipal | null {
    return this.principals.get(id.toLowerCase()) ?? null;
  }

  role(id: string): string {
    return this.roles.get(id) ?? id;
  }
}

import type { AzureClients, ResourceGraphPage } from "@/lib/azure/ports";
import { readConfig } from "@/lib/config/env";
import type { Database } from "@/lib/db/database";
import type { ServicePrincipalInfo } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { FleetMessage } from "@/lib/domain/fleet-wire";
import { COUNT_QUERY, EXTENSIONS_QUERY, MACHINES_QUERY } from "./queries";
import type { FleetContext } from "./stream";

/** Plain objects in place of Azure for the tests of this folder. */

export const NOW = new Date("2026-11-21T12:00:00Z");
export const SUB_A = "aaaaaaaa-0000-4000-8000-000000000001";
export const SUB_B = "bbbbbbbb-0000-4000-8000-000000000002";

type Row = Record<string, unknown>;

export function machineRow(name: string, changes: Row = {}, subscriptionId = SUB_A): Row {
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/${name}`,
    name,
    subscriptionId,
    resourceGroup: "rg",
    location: "westeurope",
    kind: "",
    tags: null,
    status: "Connected",
    lastStatusChange: "2026-11-20T12:00:00.1234567Z",
    agentVersion: "1.66.03466.3076",
    osType: "windows",
    osSku: "Windows Server 2025 Datacenter",
    osVersion: "10.0.26100.8875",
    domainName: "WORKGROUP",
    computerName: name,
    configMode: "full",
    principalId: `principal-${name}`,
    identityType: "SystemAssigned",
    ...changes,
  };
}

export function identity(name: string, endsAt: string): ServicePrincipalInfo {
  return {
    id: `principal-${name}`,
    appId: "app",
    displayName: name,
    accountEnabled: true,
    alternativeNames: [],
    createdAt: null,
    keys: [{ keyId: "k", thumbprint: null, startsAt: "2026-10-01T00:00:00Z", endsAt }],
  };
}

export function azureError(
  status: number,
  code: string,
  extra: Partial<ConstructorParameters<typeof AppError>[0]> = {},
): AppError {
  return new AppError({
    code: status === 403 ? "forbidden" : status === 401 ? "unauthenticated" : "upstream",
    message: `refused: ${code}`,
    azure: {
      status,
      code,
      message: code,
      requestId: "req",
      correlationId: null,
      retryAfterSeconds: null,
      service: "resourceGraph",
    },
    ...extra,
  });
}

export type FakeFleet = {
  /** Pages of machines per subscription; a page may be an error. */
  machines: Record<string, (Row[] | AppError)[]>;
  /** What totalRecords says; the real sum when left out. */
  total?: number;
  extensions?: (Row[] | AppError)[];
  identities?: (ServicePrincipalInfo[] | AppError)[];
  byIds?: (ids: readonly string[]) => ServicePrincipalInfo[];
  count?: AppError;
  subscriptions?: AppError;
  endless?: boolean;
};

function page(rows: Row[], total: number, skipToken: string | null): ResourceGraphPage {
  return { rows, total, skipToken, quotaRemaining: null, quotaResetsAfterMs: null };
}

function pageAt(
  pages: (Row[] | AppError)[],
  skipToken: string | null | undefined,
  total?: number,
  endless = false,
): ResourceGraphPage {
  const index = Number(skipToken ?? "0");
  const rows = pages[index] ?? [];
  if (rows instanceof AppError) throw rows;
  const sum = pages.reduce((count, item) => count + (item instanceof AppError ? 1 : item.length), 0);
  if (endless) return page(rows, total ?? sum, "0");
  return page(rows, total ?? sum, index + 1 < pages.length ? String(index + 1) : null);
}

export function fakeFleetContext(fleet: FakeFleet, changes: Partial<FleetContext> = {}): FleetContext & { queries: string[] } {
  const queries: string[] = [];
  const azure: Pick<AzureClients, "resourceGraph" | "resourceManager" | "graph"> = {
    resourceGraph: {
      async query(args) {
        queries.push(args.query);
        if (args.query === COUNT_QUERY) {
          if (fleet.count !== undefined) throw fleet.count;
          const rows = Object.entries(fleet.machines).map(([subscriptionId, pages]) => ({
            subscriptionId,
            // Large enough for a chain of its own, so that each subscription is one shard.
            machines: Math.max(2_999, ...pages.map((item) => (item instanceof AppError ? 1 : item.length))),
          }));
          return page(rows, rows.length, null);
        }
        if (args.query === EXTENSIONS_QUERY) return pageAt(fleet.extensions ?? [[]], args.skipToken);
        if (args.query !== MACHINES_QUERY) throw new Error(`unexpected query ${args.query}`);
        const pages =
          args.subscriptions === undefined
            ? Object.values(fleet.machines).flat()
            : args.subscriptions.flatMap((id) => fleet.machines[id] ?? []);
        return pageAt(pages, args.skipToken, fleet.total, fleet.endless);
      },
    },
    resourceManager: {
      async listSubscriptions() {
        if (fleet.subscriptions !== undefined) throw fleet.subscriptions;
        return [
          { id: SUB_A, name: "Alpha", state: "Enabled", tenantId: "t" },
          { id: SUB_B, name: "Beta", state: "Enabled", tenantId: "t" },
        ];
      },
      listTenants: async () => [],
      listActivity: async () => [],
      operationsOf: async () => ({ operations: [], readBackTo: null }),
    },
    graph: {
      getServicePrincipal: async () => null,
      me: async () => ({ id: "me", userPrincipalName: "me", displayName: "me", userType: null }),
      mayRead: async () => true,
      servicePrincipalsByIds: async (ids) => fleet.byIds?.(ids) ?? [],
      async *managedIdentityPages() {
        for (const item of fleet.identities ?? []) {
          if (item instanceof AppError) throw item;
          yield item;
        }
      },
    },
  };
  const ctx: FleetContext = {
    // The fleet needs three of the five ports; the others are never called here.
    azure: azure as AzureClients,
    clock: { now: () => NOW },
    traceId: "trace",
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    db: {} as Database,
    operator: { objectId: "o", tenantId: "t", name: "O", userPrincipalName: "o@x", isGuest: false, portalRoles: [] },
    config: readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:1" }),
    signal: new AbortController().signal,
    ...changes,
  };
  return { ...ctx, queries };
}

export async function readAll(lines: AsyncGenerator<string>): Promise<FleetMessage[]> {
  const messages: FleetMessage[] = [];
  for await (const line of lines) messages.push(JSON.parse(line) as FleetMessage);
  return messages;
}

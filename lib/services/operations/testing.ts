import type { AccessPort } from "@/lib/azure/access-ports";
import type { AzureClients, ExtensionBody, LongRunningStart, PermissionEntry } from "@/lib/azure/ports";
import type { ServerConfig } from "@/lib/config/env";
import type { Database } from "@/lib/db/database";
import { cloudById } from "@/lib/domain/clouds";
import type { Machine, MachineExtension, MachineRef } from "@/lib/domain/machine";
import { extensionFixture } from "@/lib/domain/machine-fixture";
import type { Operator } from "@/lib/domain/operator";
import { OperationRunner } from "@/lib/jobs/operation-runner";
import type { ServiceContext } from "../context";
import { OperatorAccess } from "./access";

/** An Azure of one machine made of plain objects, and a context on it, for tests of the use cases. */

export const REF: MachineRef = { subscriptionId: "10ca1a2e-0000-4000-8000-000000000001", resourceGroup: "rg", name: "WIN-1" };
export const TENANT = "10ca1a2e-0000-4000-8000-00000000000a";

export const ADA: Operator = {
  objectId: "10ca1a2e-0000-4000-8000-0000000000ad",
  tenantId: TENANT,
  name: "Ada",
  userPrincipalName: "ada@local",
  isGuest: false,
  portalRoles: [],
};

export const OWNER: PermissionEntry = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
export const READER: PermissionEntry = { actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] };

export function windowsMachine(over: Partial<Machine> = {}): Machine {
  return {
    id: `/subscriptions/${REF.subscriptionId}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/WIN-1`,
    ...REF,
    location: "westeurope",
    kind: null,
    tags: {},
    status: "Connected",
    statusRaw: "Connected",
    statusReason: null,
    lastStatusChangeAt: "2026-03-01T00:00:00Z",
    errorDetails: [],
    provisioningState: "Succeeded",
    agentVersion: "1.60.0",
    agentAutomaticUpgrade: null,
    displayName: "WIN-1",
    computerName: "WIN-1",
    machineFqdn: null,
    dnsFqdn: null,
    adFqdn: null,
    domainName: null,
    vmId: null,
    vmUuid: null,
    osFamily: "windows",
    osName: "windows",
    osSku: "Windows Server 2025 Datacenter",
    osVersion: "10.0.26100.1",
    osEdition: null,
    identity: { kind: "SystemAssigned", raw: "SystemAssigned", principalId: "p", tenantId: TENANT, userAssigned: [] },
    identityKeyStore: null,
    agentConfiguration: null,
    serviceStatuses: {},
    cloudProvider: null,
    detectedProperties: {},
    privateLinkScopeId: null,
    parentClusterId: null,
    createdBy: null,
    createdByType: null,
    createdAt: null,
    ...over,
  };
}

const START: LongRunningStart = {
  status: 201,
  operationUrl: "https://management.azure.com/op?t=signed-secret",
  locationUrl: null,
  retryAfterSeconds: null,
  body: null,
  requestId: "r1",
  correlationId: "c1",
};

export type FakeAzure = {
  machine: Machine;
  extension: MachineExtension | null;
  permissions: PermissionEntry[];
  /** Writes that reached Azure. */
  writes: { method: string; name: string | null; body: unknown }[];
  clients: AzureClients;
};

const unused = () => Promise.reject(new Error("not used in this test"));

const unusedAccess: AccessPort = {
  roleAssignments: unused,
  roleAssignmentPages: () => {
    throw new Error("not used in this test");
  },
  roleAssignment: unused,
  putRoleAssignment: unused,
  deleteRoleAssignment: unused,
  roleDefinitions: unused,
  roleDefinition: unused,
  putRoleDefinition: unused,
  denyAssignments: unused,
  pimActive: unused,
  pimEligible: unused,
  permissionsAt: unused,
};

/** A PUT takes effect at once and shows Succeeded; tests replace single calls to break that. */
export function createFakeAzure(): FakeAzure {
  const azure: FakeAzure = {
    machine: windowsMachine(),
    extension: null,
    permissions: [OWNER],
    writes: [],
    clients: {
      hybridCompute: {
        getMachine: async () => ({ machine: azure.machine, raw: {}, asOf: "2026-03-01T10:00:00Z" }),
        listExtensions: async () => (azure.extension === null ? [] : [azure.extension]),
        getExtension: async (_ref, name) => (azure.extension?.name === name ? azure.extension : null),
        putExtension: async (_ref, name, body: ExtensionBody) => {
          azure.writes.push({ method: "PUT", name, body });
          azure.extension = extensionFixture({ name, settings: body.properties.settings });
          return START;
        },
        deleteExtension: async (_ref, name) => {
          azure.writes.push({ method: "DELETE", name, body: null });
          azure.extension = null;
          return START;
        },
        patchExtension: unused,
        upgradeExtensions: unused,
        patchMachine: async (_ref, body) => {
          azure.writes.push({ method: "PATCH", name: null, body });
          azure.machine = windowsMachine();
          return { machine: azure.machine, requestId: "r1" };
        },
        pollOperation: async () => ({ azureStatus: "Succeeded", phase: "succeeded", failure: null, retryAfterSeconds: null }),
        extensionVersions: async () => ["2.1.0.0"],
      },
      authorization: { permissionsAtMachine: async () => azure.permissions },
      resourceManager: {
        listSubscriptions: async () => [{ id: REF.subscriptionId, name: "s", state: "Enabled", tenantId: TENANT }],
        listTenants: unused,
        listActivity: unused,
        operationsOf: unused,
      },
      resourceGraph: { query: unused },
      graph: {
        getServicePrincipal: unused,
        servicePrincipalsByIds: unused,
        mayRead: unused,
        managedIdentityPages: () => [] as never,
        me: unused,
      },
      access: unusedAccess,
      pim: {
        myEligibilities: unused,
        myAssignments: unused,
        requests: unused,
        requestsOf: unused,
        request: unused,
        putRequest: unused,
        validateRequest: unused,
        cancelRequest: unused,
        policies: unused,
        approvalStages: unused,
        decide: unused,
        eligibleChildren: unused,
        clock: () => null,
      },
      pimManage: { schedules: unused, policy: unused, patchPolicy: unused },
      directory: { byIds: unused, membersOf: unused, groupIdsOf: unused, devicesByNames: unused, search: unused },
      history: {
        requestsAt: unused,
        activeAt: unused,
        eligibleAt: unused,
        assignmentActivity: unused,
        directoryAudits: unused,
        serverTime: unused,
      },
    },
  };
  return azure;
}

export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type UseCaseBench = {
  azure: FakeAzure;
  ctx: ServiceContext;
  runner: OperationRunner;
  access: OperatorAccess;
  /** Another person on the same store and Azure. */
  as(operator: Operator): ServiceContext;
  advance(ms: number): Promise<void>;
};

export function createUseCaseBench(db: Database): UseCaseBench {
  const azure = createFakeAzure();
  let ms = Date.parse("2026-03-01T10:00:00.000Z");
  const clock = { now: () => new Date(ms) };
  const access = new OperatorAccess(() => ms);
  const runner = new OperationRunner({ db, access, now: clock.now, log: quiet });
  const as = (operator: Operator): ServiceContext => {
    access.remember(operator, ms + 3_600_000, () => azure.clients);
    // The use cases read nothing of the configuration but the cloud.
    const config = { cloud: cloudById("public") } as ServerConfig;
    return {
      operator,
      azure: azure.clients,
      db,
      config,
      clock,
      log: quiet,
      traceId: "trace",
      signal: new AbortController().signal,
    };
  };
  return {
    azure,
    ctx: as(ADA),
    runner,
    access,
    as,
    advance: async (by) => {
      ms += by;
      await runner.tick();
    },
  };
}

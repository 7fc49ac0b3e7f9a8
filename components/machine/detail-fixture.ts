import type { Known, MachineDetail, OperationView, PublicConfig } from "@/lib/domain/api";
import { certificateVerdict } from "@/lib/domain/certificate-state";
import type { Machine, MachineExtension } from "@/lib/domain/machine";
import { machineFixture } from "@/lib/domain/machine-fixture";
import { operatorPermissions } from "@/lib/domain/permissions";

export const NOW = "2026-11-21T12:00:00.000Z";
export const TENANT = "44444444-4444-4444-4444-444444444444";

export function knownFixture<T>(value: T): Known<T> {
  return { known: true, value, source: "Azure", asOf: NOW };
}

export function permissionsFixture(...actions: string[]): MachineDetail["permissions"] {
  return knownFixture(operatorPermissions([{ actions, notActions: [], dataActions: [], notDataActions: [] }]));
}

export function extensionFixture(part: Partial<MachineExtension> = {}): MachineExtension {
  return {
    id: "/x/extensions/AADLogin",
    name: "AADLogin",
    publisher: "Microsoft.Azure.ActiveDirectory",
    type: "AADLoginForWindows",
    typeHandlerVersion: "2.1.0.0",
    autoUpgradeMinorVersion: true,
    enableAutomaticUpgrade: true,
    provisioningState: "Succeeded",
    settings: { mdmId: "" },
    instanceView: null,
    location: "westeurope",
    ...part,
  };
}

/** The answer of the API for a healthy machine without the sign-in extension; parts of it as a test needs them. */
export function detailFixture(part: Partial<MachineDetail> = {}, machinePart: Partial<Machine> = {}): MachineDetail {
  const machine = machineFixture(machinePart);
  const keys = [
    { keyId: "k2", thumbprint: "BBBB", startsAt: "2026-11-01T12:00:00.000Z", endsAt: "2027-01-30T12:00:00.000Z" },
    { keyId: "k1", thumbprint: "AAAA", startsAt: "2026-09-17T12:00:00.000Z", endsAt: "2026-12-16T12:00:00.000Z" },
  ];
  return {
    machine,
    raw: { id: machine.id, undocumented: "kept" },
    asOf: NOW,
    joinState: "workgroup",
    subscriptionName: "Production",
    servicePrincipal: knownFixture({
      id: "sp",
      appId: "55555555-5555-5555-5555-555555555555",
      displayName: machine.name,
      accountEnabled: true,
      alternativeNames: [],
      createdAt: "2026-01-10T09:00:00.000Z",
      keys,
    }),
    nameMatches: true,
    certificate: certificateVerdict({
      keys,
      status: machine.status,
      statusRaw: machine.statusRaw,
      lastStatusChangeAt: machine.lastStatusChangeAt,
      identityKind: machine.identity.kind,
      now: new Date(NOW),
    }),
    extensions: knownFixture([]),
    signIn: { state: "notInstalled", extension: null, failure: null, mdmIdMissing: false },
    permissions: permissionsFixture("Microsoft.HybridCompute/*"),
    activity: knownFixture([]),
    runningOperations: [],
    ...part,
  };
}

export function operationFixture(part: Partial<OperationView> = {}): OperationView {
  const machine = machineFixture();
  return {
    id: "66666666-6666-4666-8666-666666666666",
    kind: "extension.deploy",
    machineId: machine.id,
    machineName: machine.name,
    extensionName: "AADLogin",
    state: "provisioning",
    azureStatus: "InProgress",
    startedAt: NOW,
    endedAt: null,
    operatorName: "Olivia Operator",
    operatorObjectId: "o",
    events: [{ at: NOW, state: "planned", detail: "Written to the audit." }],
    failure: null,
    azure: null,
    waitingFor: null,
    request: { method: "PUT", url: "https://management.azure.com/x", body: {} },
    ...part,
  };
}

export const CONFIG: PublicConfig = {
  cloudId: "public",
  cloudLabel: "Azure (public)",
  localMode: true,
  clientId: "c",
  authority: "https://login.microsoftonline.com",
  tenantId: TENANT,
  allowedTenantIds: [TENANT],
  apiScope: "api://c/access_as_user",
  authorityWireOrigin: null,
  rolloutIdentity: false,
  version: "0",
};

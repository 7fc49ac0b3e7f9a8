import type { AgentConfiguration, Machine, MachineExtension } from "./machine";

/** A complete machine for tests: Windows Server 2025 with Desktop Experience, connected, workgroup, nothing in its way. */
export function machineFixture(part: Partial<Machine> = {}): Machine {
  const ref = { subscriptionId: "11111111-1111-1111-1111-111111111111", resourceGroup: "rg-prod", name: "ams-app-0001" };
  return {
    id: `/subscriptions/${ref.subscriptionId}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`,
    ...ref,
    location: "westeurope",
    kind: null,
    tags: {},
    status: "Connected",
    statusRaw: "Connected",
    statusReason: null,
    lastStatusChangeAt: "2026-10-01T08:00:00.000Z",
    errorDetails: [],
    provisioningState: "Succeeded",
    agentVersion: "1.66.03466.3076",
    agentAutomaticUpgrade: false,
    displayName: ref.name,
    computerName: ref.name,
    machineFqdn: null,
    dnsFqdn: null,
    adFqdn: null,
    domainName: "WORKGROUP",
    vmId: "22222222-2222-2222-2222-222222222222",
    vmUuid: null,
    osFamily: "windows",
    osName: "windows",
    osSku: "Windows Server 2025 Datacenter (Desktop Experience)",
    osVersion: "10.0.26100.4946",
    osEdition: "serverdatacenter",
    identity: {
      kind: "SystemAssigned",
      raw: "SystemAssigned",
      principalId: "33333333-3333-3333-3333-333333333333",
      tenantId: "44444444-4444-4444-4444-444444444444",
      userAssigned: [],
    },
    identityKeyStore: "Default",
    agentConfiguration: agentConfigurationFixture(),
    serviceStatuses: {},
    cloudProvider: null,
    detectedProperties: {},
    privateLinkScopeId: null,
    parentClusterId: null,
    createdBy: "olivia.operator@contoso.example",
    createdByType: "User",
    createdAt: "2026-01-10T09:00:00.000Z",
    ...part,
  };
}

/** An agent configuration that stops nothing. */
export function agentConfigurationFixture(part: Partial<AgentConfiguration> = {}): AgentConfiguration {
  return {
    configMode: "full",
    extensionsEnabled: true,
    guestConfigurationEnabled: true,
    extensionsAllowList: [],
    extensionsBlockList: [],
    incomingConnectionsPorts: [],
    proxyUrl: null,
    proxyBypass: [],
    ...part,
  };
}

/** The Windows sign-in extension as it should stand, for tests. */
export function extensionFixture(part: Partial<MachineExtension> = {}): MachineExtension {
  return {
    id: "x",
    name: "AADLogin",
    publisher: "Microsoft.Azure.ActiveDirectory",
    type: "AADLoginForWindows",
    typeHandlerVersion: "2.1.0.0",
    autoUpgradeMinorVersion: true,
    enableAutomaticUpgrade: null,
    provisioningState: "Succeeded",
    settings: { mdmId: "" },
    instanceView: null,
    location: "westeurope",
    ...part,
  };
}

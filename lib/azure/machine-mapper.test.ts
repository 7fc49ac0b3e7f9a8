import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMachineExtension } from "./extension-mapper";
import { toMachine } from "./machine-mapper";

const ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/SRV01";
const RECORDINGS = join(process.cwd(), "emulator/specs/recordings");

type Bag = Record<string, unknown>;

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every object of a type anywhere in the recorded answers of real Azure. */
function recorded(type: string): Bag[] {
  const found: Bag[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isBag(value)) return;
    if (String(value.type).toLowerCase() === type && typeof value.id === "string") found.push(value);
    for (const item of Object.values(value)) visit(item);
  };
  for (const file of readdirSync(RECORDINGS).filter(
    (name) => name.includes("connectedmachine") || name.includes("hybridcompute"),
  )) {
    const text = readFileSync(join(RECORDINGS, file), "utf8");
    visit(JSON.parse(text, (_key, value) => (typeof value === "string" && /^[[{]/.test(value) ? parsedOr(value) : value)));
  }
  return found;
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe("toMachine", () => {
  it("reads every machine that real Azure answered in the recordings", () => {
    const machines = recorded("microsoft.hybridcompute/machines");
    expect(machines.length).toBeGreaterThan(5);
    for (const raw of machines) {
      const machine = toMachine(raw);
      expect(machine).toMatchObject({ id: raw.id, name: raw.name });
      expect(machine?.statusRaw).toBe(isBag(raw.properties) ? (raw.properties.status ?? "") : "");
    }
  });

  it("maps string booleans, seven-digit times, allow lists and mixed-case segments", () => {
    const machine = toMachine({
      id: ID.replace("resourceGroups", "resourcegroups").replace("Microsoft.HybridCompute", "microsoft.hybridcompute"),
      name: "SRV01",
      location: "westeurope",
      tags: { tier: "0", count: 3, nothing: null },
      identity: {
        type: "SystemAssigned, UserAssigned",
        principalId: "p",
        tenantId: "t",
        userAssignedIdentities: { "/id/a": { clientId: "c" } },
      },
      systemData: { createdBy: "ann", createdByType: "User", createdAt: "2026-01-02T03:04:05.1234567Z" },
      properties: {
        status: "Connected",
        lastStatusChange: "2026-07-16T16:38:10.0313741Z",
        agentConfiguration: {
          extensionsEnabled: "true",
          guestConfigurationEnabled: "false",
          configMode: "monitor",
          extensionsAllowList: [{ publisher: "P", type: "T" }, {}, "odd"],
          incomingConnectionsPorts: ["22", 6516],
        },
        agentUpgrade: { enableAutomaticUpgrade: false },
        serviceStatuses: { extensionService: { status: "running", startupType: "automatic" }, odd: "text" },
        detectedProperties: { coreCount: 4, tpm_Present: "true" },
        osProfile: { computerName: "SRV01" },
        cloudMetadata: { provider: "N/A" },
        errorDetails: [{ code: "A", message: "b" }, {}],
      },
    });
    expect(machine).toMatchObject({
      subscriptionId: "s",
      resourceGroup: "rg",
      tags: { tier: "0", count: "3" },
      status: "Connected",
      lastStatusChangeAt: "2026-07-16T16:38:10.031Z",
      createdAt: "2026-01-02T03:04:05.123Z",
      agentAutomaticUpgrade: false,
      computerName: "SRV01",
      detectedProperties: { coreCount: "4", tpm_Present: "true" },
      serviceStatuses: { extensionService: { status: "running", startupType: "automatic" } },
      errorDetails: [{ code: "A", message: "b" }],
      identity: { kind: "SystemAssigned, UserAssigned", userAssigned: [{ id: "/id/a", principalId: null, clientId: "c" }] },
      agentConfiguration: {
        configMode: "monitor",
        extensionsEnabled: true,
        guestConfigurationEnabled: false,
        extensionsAllowList: [{ publisher: "P", type: "T" }],
        extensionsBlockList: [],
        incomingConnectionsPorts: ["22", "6516"],
      },
    });
  });

  it("keeps an unknown status word and calls it Unknown", () => {
    expect(toMachine({ id: ID, properties: { status: "Paused" } })).toMatchObject({ status: "Unknown", statusRaw: "Paused" });
  });

  it("reads a machine of which only the id is there", () => {
    expect(toMachine({ id: ID })).toMatchObject({
      name: "SRV01",
      status: "Unknown",
      identity: { kind: "None", raw: "None" },
      agentConfiguration: null,
    });
  });

  it.each([null, 7, "text", [], {}, { id: 7 }, { id: "/subscriptions/s" }])("answers null for %j, which is no machine", (raw) => {
    expect(toMachine(raw)).toBeNull();
  });

  it("never throws, whatever stands in the properties", () => {
    const odd = fc.record({
      id: fc.constant(ID),
      tags: fc.anything(),
      identity: fc.anything(),
      properties: fc.anything(),
      systemData: fc.anything(),
    });
    const oddProperties = fc.dictionary(
      fc.constantFrom(
        "status",
        "agentConfiguration",
        "errorDetails",
        "serviceStatuses",
        "osProfile",
        "detectedProperties",
        "lastStatusChange",
      ),
      fc.anything(),
    );
    fc.assert(fc.property(odd, (raw) => toMachine(raw)?.name === "SRV01"));
    fc.assert(fc.property(oddProperties, (properties) => toMachine({ id: ID, properties })?.name === "SRV01"));
  });
});

describe("toMachineExtension", () => {
  it("reads every extension that real Azure answered in the recordings", () => {
    const extensions = recorded("microsoft.hybridcompute/machines/extensions");
    expect(extensions.length).toBeGreaterThan(2);
    for (const raw of extensions) expect(toMachineExtension(raw)).toMatchObject({ id: raw.id, name: raw.name });
  });

  it("keeps exit code, Azure's sentence and an unknown state", () => {
    const extension = toMachineExtension({
      id: `${ID}/extensions/AADLogin`,
      properties: { provisioningState: "Frozen", settings: { mdmId: "" }, instanceView: { status: { code: 51, message: "no" } } },
    });
    expect(extension).toMatchObject({
      name: "AADLogin",
      provisioningState: "Frozen",
      settings: { mdmId: "" },
      instanceView: { code: "51", message: "no" },
    });
  });

  it("never throws, whatever stands in the properties", () => {
    fc.assert(
      fc.property(fc.anything(), (properties) => toMachineExtension({ id: `${ID}/extensions/x`, properties })?.name === "x"),
    );
  });
});

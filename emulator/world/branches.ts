import { blankMachine, extensionMap } from "./blank-machine.ts";
import { DAY_MS } from "./certificate.ts";
import { retiredLinuxSignIn } from "./extension-seeds.ts";
import type { OsKey } from "./os-images.ts";
import { addDevice } from "./outcome.ts";
import { GROUP_IDS, regionOf, SITES } from "./places.ts";
import { pick, stableGuid } from "./random.ts";
import type { Cloud, MachineSpec, Subscription, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

/**
 * Branch offices: many equal servers on which roll-outs are tried. 1,000 in a subscription, 50 in a resource group, numbered
 * through. In the first subscription the second group is behind a firewall, five servers of the third have one trouble each,
 * and one more group holds 20 Linux servers. The table is in emulator/README.md.
 */
const PER_SUBSCRIPTION = 1_000;
const PER_GROUP = 50;
export const BLOCKED_GROUP = "rg-branch-blocked";
export const LINUX_GROUP = "rg-branch-linux";

const CITIES = [
  ...["arnhem", "bergen", "cork", "delft", "espoo", "faro", "ghent", "halle", "imola", "jena"],
  ...["kiel", "lille", "malmo", "nancy", "oulu", "porto", "reims", "siena", "turku", "varna"],
] as const;

/** Numbers of the servers with a trouble, in the third group of the first subscription. */
export const BRANCH_CASES = {
  101: "joinedWithoutDevice",
  102: "hybridTwin",
  103: "hostNameTaken",
  104: "hostNameTakenTwice",
  105: "identityEndpointSilent",
} as const;
type BranchCase = (typeof BRANCH_CASES)[keyof typeof BRANCH_CASES];

const caseOf = (number: number): BranchCase | undefined => (BRANCH_CASES as Partial<Record<number, BranchCase>>)[number];

/** `number` counts from 1. */
export function branchSubscriptionId(number: number): string {
  return stableGuid(1, `subscription:branches${number}`);
}

export function branchSubscriptions(count: number): Subscription[] {
  return Array.from({ length: Math.ceil(count / PER_SUBSCRIPTION) }, (_, at) => ({
    id: branchSubscriptionId(at + 1),
    tenantId: CONTOSO_TENANT_ID,
    displayName: `Branch offices ${String(at + 1).padStart(2, "0")}`,
    state: "Enabled",
    managementGroupId: GROUP_IDS.production,
  }));
}

export type BranchInput = { seed: number; cloud: Cloud; nowMs: number; count: number; firstIndex: number };

export function branchMachines(input: BranchInput): MachineSpec[] {
  if (input.count === 0) return [];
  const windows = Array.from({ length: input.count }, (_, at) => windowsServer(input, at));
  return [...windows, ...LINUX.map((row, at) => linuxServer(input, row, at))];
}

function windowsServer(input: BranchInput, at: number): MachineSpec {
  const [subscription, place] = [Math.floor(at / PER_SUBSCRIPTION), at % PER_SUBSCRIPTION];
  const city = CITIES[Math.floor(place / PER_GROUP)] ?? "arnhem";
  const isBlocked = subscription === 0 && city === "bergen";
  const spec = blankMachine(input, input.firstIndex + at, {
    subscriptionId: branchSubscriptionId(subscription + 1),
    resourceGroup: isBlocked ? BLOCKED_GROUP : `rg-branch-${city}`,
    name: `${city.slice(0, 3)}-brn-${String(at + 1).padStart(4, "0")}`,
    location: regionOf(input.cloud, pick(SITES, (subscription % SITES.length) / SITES.length)),
  });
  spec.archetype = at % 2 === 0 ? "server2025" : "server2025std";
  spec.certificateStartMs = input.nowMs - (1 + (at % 40)) * DAY_MS;
  spec.registrationBlocked = isBlocked;
  const trouble = caseOf(at + 1);
  if (trouble === "joinedWithoutDevice") spec.joinedWithoutDevice = true;
  if (trouble === "identityEndpointSilent") spec.identityEndpointSilent = true;
  return spec;
}

type LinuxRow = { os: OsKey; trouble?: (spec: MachineSpec) => void };

const MEMORY = "properties.detectedProperties.totalPhysicalMemoryIn";

const LINUX: readonly LinuxRow[] = [
  ...Array.from({ length: 14 }, (_, at): LinuxRow => ({ os: pick(["ubuntu2404", "ubuntu2204", "rhel9", "sles15"], at / 14) })),
  {
    os: "ubuntu2404",
    trouble: (spec) => {
      spec.principalId = null;
    },
  },
  {
    os: "ubuntu2204",
    trouble: (spec) => {
      spec.identityEndpointSilent = true;
    },
  },
  {
    os: "ubuntu2204",
    trouble: (spec) => {
      spec.extensions = extensionMap([retiredLinuxSignIn(spec.location)]);
    },
  },
  {
    os: "rhel9",
    trouble: (spec) => {
      spec.hasOldLoginPackage = true;
    },
  },
  {
    os: "ubuntu2404",
    trouble: (spec) => {
      spec.overrides = { [`${MEMORY}Bytes`]: "536870912", [`${MEMORY}Gigabytes`]: "0" };
    },
  },
  {
    os: "sles15",
    trouble: (spec) => {
      spec.overrides = { "properties.agentConfiguration.proxyUrl": "http://proxy.contoso.example:8080" };
    },
  },
];

function linuxServer(input: BranchInput, row: LinuxRow, at: number): MachineSpec {
  const spec = blankMachine(input, input.firstIndex + input.count + at, {
    subscriptionId: branchSubscriptionId(1),
    resourceGroup: LINUX_GROUP,
    name: `lin-brn-${String(at + 1).padStart(2, "0")}`,
    location: regionOf(input.cloud, "ams"),
  });
  spec.archetype = row.os;
  spec.certificateStartMs = input.nowMs - (1 + at) * DAY_MS;
  row.trouble?.(spec);
  return spec;
}

/** Devices that already hold the host name of a branch server. */
export function addBranchDevices(world: World): void {
  for (const spec of world.machines) {
    if (!spec.name.includes("-brn-") || spec.name.startsWith("lin-")) continue;
    const trouble = caseOf(Number(spec.name.slice(-4)));
    const add = (label: string, trustType: string) => {
      const deviceId = stableGuid(world.seed, `${label}:${spec.name}`);
      addDevice(world, spec, { deviceId, trustType, registeredMs: spec.createdAtMs });
    };
    if (trouble === "hybridTwin") add("hybrid", "ServerAd");
    if (trouble === "hostNameTaken" || trouble === "hostNameTakenTwice") add("stranger", "AzureAd");
    if (trouble === "hostNameTakenTwice") add("second-stranger", "AzureAd");
  }
}

import { blankMachine, extensionMap } from "./blank-machine.ts";
import { CERTIFICATE_DAYS, DAY_MS, RENEW_AT_DAYS } from "./certificate.ts";
import { failedWindowsSignIn, linuxSignIn, monitorAgent, windowsSignIn } from "./extension-seeds.ts";
import { imageOf, type OsKey } from "./os-images.ts";
import { REMOVED } from "./overrides.ts";
import { regionOf, SITES, type Site, type SubscriptionKey } from "./places.ts";
import { pick, randomStream } from "./random.ts";
import type { SpecialMachine } from "./special-machine.ts";
import { SPECIAL_MACHINES } from "./special-machines.ts";
import type { Cloud, Extension, MachineSpec } from "./types.ts";

export type MachineSeedInput = {
  seed: number;
  cloud: Cloud;
  machines: number;
  nowMs: number;
  subscriptionIds: Map<SubscriptionKey, string>;
};

const FABRIKAM_MACHINES = 6;

/** All machines: the named cases first, then the mix, then the few of the second tenant. */
export function seedMachines(input: MachineSeedInput): MachineSpec[] {
  const specs: MachineSpec[] = [];
  for (const special of SPECIAL_MACHINES.slice(0, input.machines)) specs.push(fromSpecial(input, special, specs.length));
  const random = randomStream(input.seed);
  const places = contosoPlaces(input);
  while (specs.length < input.machines) specs.push(fromMix(input, specs.length, random, places));
  for (let i = 0; i < FABRIKAM_MACHINES; i += 1) specs.push(fabrikamMachine(input, specs.length, i, random));
  return specs;
}

function fromSpecial(input: MachineSeedInput, special: SpecialMachine, index: number): MachineSpec {
  const [site = "ams", role = "app"] = special.name.split("-");
  const location = regionOf(input.cloud, site as Site);
  const subscriptionId = input.subscriptionIds.get(special.subscription) ?? "";
  const group = special.subscription === "nonProd2" ? "rg-shared-tools" : `rg-${role}-${site}`;
  const spec = blankMachine(input, index, { subscriptionId, resourceGroup: group, name: special.name, location });
  const { nowMs } = input;
  spec.archetype = special.lowerCaseId === true ? `${special.archetype}:lowercaseid` : special.archetype;
  if (special.overrides !== undefined) spec.overrides = special.overrides;
  if (special.extensions !== undefined) spec.extensions = extensionMap(special.extensions(location));
  if (special.identityOff === true) spec.principalId = null;
  if (special.offlineDays !== undefined) spec.offlineSinceMs = nowMs - special.offlineDays * DAY_MS;
  if (special.renewalStuckDays !== undefined) spec.renewalStuckSinceMs = nowMs - special.renewalStuckDays * DAY_MS;
  spec.forcedStatus = special.status ?? null;
  spec.registrationBlocked = special.registrationBlocked ?? false;
  const daysLeft = special.certificateDaysLeft ?? RENEW_AT_DAYS + 1 + ((index * 13) % 43);
  spec.certificateStartMs = nowMs + (daysLeft - CERTIFICATE_DAYS) * DAY_MS;
  return spec;
}

type Place = { subscriptionId: string; site: Site };

function contosoPlaces(input: MachineSeedInput): Place[] {
  const places: Place[] = [];
  const add = (key: SubscriptionKey, sites: readonly Site[], weight: number): void => {
    const subscriptionId = input.subscriptionIds.get(key);
    if (subscriptionId === undefined) return;
    for (let i = 0; i < weight; i += 1) for (const site of sites) places.push({ subscriptionId, site });
  };
  add("prodEu1", ["ams", "dub"], 5);
  add("prodEu2", ["fra", "lon"], 5);
  add("prodUs1", ["nyc", "chi", "sea"], 3);
  add("nonProd1", ["ams", "nyc"], 2);
  add("nonProd2", ["fra", "sin"], 1);
  add("tier0", ["ams"], 1);
  add("platform", ["dub", "chi"], 1);
  add("sandbox", ["sin"], 1);
  add("prodEu3", ["ams", "fra", "lon", "dub"], 2);
  add("prodUs2", ["nyc", "sea"], 4);
  add("prodAp1", ["sin"], 5);
  add("nonProd3", ["lon", "chi"], 2);
  return places;
}

type MixRow = { os: OsKey; role: string; weight: number };

const MIX: readonly MixRow[] = [
  { os: "server2025", role: "app", weight: 26 },
  { os: "server2025std", role: "web", weight: 12 },
  { os: "server2022", role: "sql", weight: 16 },
  { os: "server2022std", role: "app", weight: 6 },
  { os: "server2019", role: "fil", weight: 8 },
  { os: "server2016", role: "old", weight: 3 },
  { os: "server2025core", role: "core", weight: 3 },
  { os: "win1124h2", role: "w11", weight: 7 },
  { os: "win1125h2", role: "w11", weight: 5 },
  { os: "win1122h2", role: "w11", weight: 2 },
  { os: "ubuntu2404", role: "lnx", weight: 5 },
  { os: "ubuntu2204", role: "lnx", weight: 3 },
  { os: "rhel9", role: "lnx", weight: 3 },
  { os: "sles15", role: "sap", weight: 1 },
];
const MIX_TABLE = MIX.flatMap((row) => Array.from({ length: row.weight }, () => row));

function fromMix(input: MachineSeedInput, index: number, random: () => number, places: readonly Place[]): MachineSpec {
  const row = pick(MIX_TABLE, random());
  const place = pick(places, random());
  const name = `${place.site}-${row.role}-${String(index + 1).padStart(4, "0")}`;
  const location = regionOf(input.cloud, place.site);
  const group = `rg-${row.role}-${place.site}`;
  const spec = blankMachine(input, index, { subscriptionId: place.subscriptionId, resourceGroup: group, name, location });
  spec.archetype = row.os;
  drawCondition(spec, input.nowMs, random);
  drawTraits(spec, row.os, random);
  drawExtensions(spec, random);
  return spec;
}

/** About 78 in 100 are healthy; the others spread over every age so that each week of the horizon has some. */
function drawCondition(spec: MachineSpec, nowMs: number, random: () => number): void {
  const kind = random();
  const age = random();
  const inCycle = random() * (CERTIFICATE_DAYS - RENEW_AT_DAYS);
  if (kind < 0.8) {
    spec.certificateStartMs = nowMs - inCycle * DAY_MS;
  } else if (kind < 0.96) {
    const offlineDays = age < 0.2 ? 0.02 + age * 5 : age * 96;
    spec.offlineSinceMs = nowMs - offlineDays * DAY_MS;
    spec.certificateStartMs = spec.offlineSinceMs - inCycle * DAY_MS;
  } else if (kind < 0.985) {
    const stuckDays = age * 40;
    spec.renewalStuckSinceMs = nowMs - stuckDays * DAY_MS;
    spec.certificateStartMs = spec.renewalStuckSinceMs - (CERTIFICATE_DAYS - RENEW_AT_DAYS) * DAY_MS;
  } else {
    spec.certificateStartMs = nowMs - inCycle * DAY_MS;
    spec.forcedStatus = age < 0.5 ? "Error" : "AwaitingConnection";
  }
}

const CORP: Record<string, unknown> = Object.freeze({ "properties.domainName": "corp.contoso.example" });
const CORP_TIER0: Record<string, unknown> = Object.freeze({ ...CORP, "tags.tier": "0" });
const TPM: Record<string, unknown> = Object.freeze({ "properties.identityKeyStore": "TPM" });
const TPM_TIER0: Record<string, unknown> = Object.freeze({ ...TPM, "tags.tier": "0" });
const MONITOR_MODE: Record<string, unknown> = Object.freeze({ "properties.agentConfiguration.configMode": "monitor" });
const NO_OS_TYPE: Record<string, unknown> = Object.freeze({ "properties.agentConfiguration": {}, "properties.osType": REMOVED });
const JOINED_OS = new Set<OsKey>(["server2022", "server2022std", "server2019", "server2016"]);

function drawTraits(spec: MachineSpec, os: OsKey, random: () => number): void {
  const trait = random();
  const windows = imageOf(os).family === "windows";
  if (windows && JOINED_OS.has(os) && trait < 0.7) spec.overrides = trait < 0.03 ? CORP_TIER0 : CORP;
  else if (trait < 0.08) spec.overrides = trait < 0.02 ? TPM_TIER0 : TPM;
  else if (trait < 0.1) spec.overrides = MONITOR_MODE;
  else if (trait < 0.11) spec.overrides = NO_OS_TYPE;
  else if (trait < 0.12) spec.principalId = null;
  else if (windows && trait < 0.16) spec.overrides = CORP;
}

function drawExtensions(spec: MachineSpec, random: () => number): void {
  const chance = random();
  const image = imageOf(spec.archetype);
  const list: Extension[] = [];
  if (spec.principalId !== null && spec.overrides["properties.domainName"] === undefined) {
    if (image.family === "linux" && chance < 0.6) list.push(linuxSignIn(spec.location));
    if (image.entraSignIn && chance < 0.45) list.push(windowsSignIn(spec.location, chance < 0.02 ? {} : { mdmId: "" }));
    else if (image.entraSignIn && chance < 0.48) list.push(failedWindowsSignIn(spec.location, -2145648607, DISCOVERY_FAILED));
  }
  if (chance > 0.3 && chance < 0.75) list.push(monitorAgent(spec.location, image.family));
  if (list.length > 0) spec.extensions = extensionMap(list);
}

const DISCOVERY_FAILED =
  "Extension Message: AAD Join failed with status code: -2145648607 (DSREG_AUTOJOIN_DISC_FAILED). Extension exit code: -2145648607";

function fabrikamMachine(input: MachineSeedInput, index: number, number: number, random: () => number): MachineSpec {
  const site = pick(SITES, random());
  const key: SubscriptionKey = number < 4 ? "fabrikam1" : "fabrikam2";
  const subscriptionId = input.subscriptionIds.get(key) ?? "";
  const name = `fab-srv-000${number + 1}`;
  const spec = blankMachine(input, index, {
    subscriptionId,
    resourceGroup: "rg-servers",
    name,
    location: regionOf(input.cloud, site),
  });
  spec.archetype = number % 2 === 0 ? "server2025:ready" : "server2022:unsupported";
  spec.certificateStartMs = input.nowMs - (3 + number * 7) * DAY_MS;
  return spec;
}

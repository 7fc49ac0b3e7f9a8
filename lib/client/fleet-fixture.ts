import type { CertificateStateId } from "@/lib/domain/certificate";
import {
  type Completeness,
  FLEET_TEXT_COLUMNS,
  type FleetCertificatesPage,
  type FleetExtensionsPage,
  type FleetHead,
  type FleetRowsPage,
  type FleetTail,
  type FleetTextColumn,
} from "@/lib/domain/fleet-wire";

/** A machine of a test or benchmark before it is packed into pages. */
export type FixtureMachine = {
  id: string;
  name: string;
  text: Partial<Record<FleetTextColumn, string>>;
  tags: string;
  lastStatusChange: number;
  certificate: { state: CertificateStateId; end: number; start: number; from: number; to: number } | null;
  extension: { state: string; exitCode: string } | null;
};

function pack(texts: readonly string[]): { dictionary: string[]; codes: number[] } {
  const dictionary: string[] = [];
  const known = new Map<string, number>();
  const codes = texts.map((text) => {
    const code = known.get(text);
    if (code !== undefined) return code;
    known.set(text, dictionary.length);
    return dictionary.push(text) - 1;
  });
  return { dictionary, codes };
}

export function fixtureHead(expected: number, fromSnapshot = false): FleetHead {
  const subscriptions = [
    { id: "sub-1", name: "Production" },
    { id: "sub-2", name: "Test" },
  ];
  return { type: "head", asOf: "2026-11-21T12:00:00.000Z", expected, subscriptions, fromSnapshot };
}

export function fixtureRows(machines: readonly FixtureMachine[], page = 0): FleetRowsPage {
  const columns = {} as FleetRowsPage["columns"];
  for (const column of FLEET_TEXT_COLUMNS) columns[column] = pack(machines.map((machine) => machine.text[column] ?? ""));
  return {
    type: "rows",
    page,
    count: machines.length,
    id: machines.map((machine) => machine.id),
    name: machines.map((machine) => machine.name),
    columns,
    lastStatusChange: machines.map((machine) => machine.lastStatusChange),
    tags: pack(machines.map((machine) => machine.tags)),
  };
}

export function fixtureCertificates(machines: readonly FixtureMachine[]): FleetCertificatesPage {
  const known = machines.flatMap((machine) => (machine.certificate === null ? [] : [{ id: machine.id, ...machine.certificate }]));
  const { dictionary, codes } = pack(known.map((item) => item.state));
  return {
    type: "certificates",
    machineId: known.map((item) => item.id.toLowerCase()),
    endsAt: known.map((item) => item.end),
    startsAt: known.map((item) => item.start),
    state: { dictionary: dictionary as CertificateStateId[], codes },
    estimateFrom: known.map((item) => item.from),
    estimateTo: known.map((item) => item.to),
  };
}

export function fixtureExtensions(machines: readonly FixtureMachine[]): FleetExtensionsPage {
  const known = machines.flatMap((machine) => (machine.extension === null ? [] : [{ id: machine.id, ...machine.extension }]));
  return {
    type: "extensions",
    machineId: known.map((item) => item.id.toLowerCase()),
    name: known.map(() => "AADLogin"),
    extensionType: pack(known.map(() => "AADLoginForWindows")),
    state: pack(known.map((item) => item.state)),
    version: pack(known.map(() => "2.1.0.0")),
    exitCode: pack(known.map((item) => item.exitCode)),
    mdmId: pack(known.map(() => "empty")),
  };
}

export function fixtureCompleteness(received: number, complete = true): Completeness {
  return { expected: received, received, complete, missing: [], asOf: "2026-11-21T12:00:00.000Z" };
}

export function fixtureTail(received: number, changes: Partial<FleetTail> = {}): FleetTail {
  const whole = fixtureCompleteness(received);
  return { type: "tail", machines: whole, certificates: whole, extensions: whole, removed: [], ...changes };
}

export const FIXTURE_NOW_MS = Date.parse("2026-11-21T12:00:00.000Z");
export const FIXTURE_NOW_MINUTE = FIXTURE_NOW_MS / 60_000;

const SITES = ["ams", "fra", "lon", "nyc", "sgp", "syd"] as const;
const ROLES = ["app", "db", "web", "sql", "file", "print"] as const;
const STATUSES = ["Connected", "Connected", "Connected", "Connected", "Disconnected", "Expired", "Error"] as const;
const SYSTEMS = ["Windows Server 2025 Datacenter", "Windows Server 2022 Standard", "Windows Server 2019 Standard", ""] as const;
const AGENTS = ["1.59.03122.2572", "1.58.03086.2501", "1.52.02775.2101", "1.41.02356.1601"] as const;
const REGIONS = ["westeurope", "northeurope", "eastus", "uksouth"] as const;
const STATES: readonly CertificateStateId[] = ["ok", "ok", "renewal-window", "renewal-stuck", "at-risk", "critical", "expired"];
const EXTENSIONS = ["succeeded", "failed", "creating"] as const;

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError("empty list");
  return value;
}

/** The same fleet for the same size, spread over every kind of value that the columns know. */
export function fixtureFleet(size: number): FixtureMachine[] {
  return Array.from({ length: size }, (_, i) => {
    const mixed = (i * 2_654_435_761) >>> 0;
    const name = `${pick(SITES, mixed >>> 3)}-${pick(ROLES, mixed >>> 7)}-${String(i).padStart(6, "0")}`;
    const group = `rg-${pick(SITES, mixed >>> 3)}-${mixed % 8}`;
    const subscription = mixed % 3 === 0 ? "sub-2" : "sub-1";
    const end = FIXTURE_NOW_MINUTE + ((mixed >>> 5) % 129_600) - 7_200;
    return {
      id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/${name}`,
      name,
      text: {
        status: pick(STATUSES, mixed >>> 11),
        identityKind: mixed % 50 === 0 ? "None" : "SystemAssigned",
        osFamily: pick(SYSTEMS, mixed >>> 13) === "" ? "linux" : "windows",
        osSku: pick(SYSTEMS, mixed >>> 13),
        osVersion: `10.0.${20_348 + (mixed % 4) * 1_917}`,
        agentVersion: pick(AGENTS, mixed >>> 9),
        subscriptionId: subscription,
        resourceGroup: group,
        location: pick(REGIONS, mixed >>> 15),
        domainName: mixed % 2 === 0 ? "contoso.local" : "WORKGROUP",
        joinState: mixed % 2 === 0 ? "domain" : "workgroup",
        principalId: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
        computerName: name.toUpperCase(),
      },
      tags: mixed % 5 === 0 ? '{"owner":"team-a","tier":"1"}' : "",
      lastStatusChange: FIXTURE_NOW_MINUTE - ((mixed >>> 4) % 200_000),
      certificate: { state: pick(STATES, mixed >>> 17), end, start: end - 129_600, from: -1, to: -1 },
      extension: mixed % 3 === 0 ? { state: pick(EXTENSIONS, mixed >>> 19), exitCode: "" } : null,
    };
  });
}

import "server-only";
import {
  FLEET_TEXT_COLUMNS,
  type FleetCertificatesPage,
  type FleetExtensionsPage,
  type FleetRowsPage,
  type FleetTextColumn,
} from "@/lib/domain/fleet-wire";
import type { CertificateFact, ExtensionFact, FleetRow } from "./rows";

type Coded<T extends string = string> = { dictionary: T[]; codes: number[] };

/** A column of repeated text as dictionary and codes. */
function encode<T extends string>(values: readonly T[]): Coded<T> {
  const codeOf = new Map<T, number>();
  const codes = values.map((value) => {
    const known = codeOf.get(value);
    if (known !== undefined) return known;
    const code = codeOf.size;
    codeOf.set(value, code);
    return code;
  });
  return { dictionary: [...codeOf.keys()], codes };
}

/** Machine rows as one page of the stream: about a quarter of the bytes of objects. */
export function toRowsPage(rows: readonly FleetRow[], page: number): FleetRowsPage {
  const column = (name: FleetTextColumn) => encode(rows.map((row) => row.text[name]));
  // Every column of the closed list is filled in, which Object.fromEntries cannot express.
  const columns = Object.fromEntries(FLEET_TEXT_COLUMNS.map((name) => [name, column(name)])) as FleetRowsPage["columns"];
  return {
    type: "rows",
    page,
    count: rows.length,
    id: rows.map((row) => row.id),
    name: rows.map((row) => row.name),
    columns,
    lastStatusChange: rows.map((row) => row.lastStatusChange),
    tags: encode(rows.map((row) => row.tags)),
  };
}

export function toCertificatesPage(facts: readonly CertificateFact[]): FleetCertificatesPage {
  return {
    type: "certificates",
    machineId: facts.map((fact) => fact.machineId),
    endsAt: facts.map((fact) => fact.endsAt),
    startsAt: facts.map((fact) => fact.startsAt),
    state: encode(facts.map((fact) => fact.state)),
    estimateFrom: facts.map((fact) => fact.estimateFrom),
    estimateTo: facts.map((fact) => fact.estimateTo),
  };
}

export function toExtensionsPage(facts: readonly ExtensionFact[]): FleetExtensionsPage {
  return {
    type: "extensions",
    machineId: facts.map((fact) => fact.machineId),
    name: facts.map((fact) => fact.name),
    extensionType: encode(facts.map((fact) => fact.type)),
    state: encode(facts.map((fact) => fact.state)),
    version: encode(facts.map((fact) => fact.version)),
    exitCode: encode(facts.map((fact) => fact.exitCode)),
    mdmId: encode(facts.map((fact) => fact.mdmId)),
  };
}

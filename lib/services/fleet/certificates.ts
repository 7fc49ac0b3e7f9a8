import "server-only";
import type { ServicePrincipalInfo } from "@/lib/domain/api";
import { certificateMinutesState, estimateMinutes, newestKey } from "@/lib/domain/certificate-state";
import type { CertificateFact, FleetRow, Minutes } from "./rows";
import { toMinutes } from "./rows";

type Waiting = {
  machineId: string;
  status: FleetRow["facts"]["status"];
  identityKind: FleetRow["facts"]["identityKind"];
  lastStatusChange: Minutes;
};
type Dates = { startsAt: Minutes; endsAt: Minutes };

const NO_DATES: Dates = { startsAt: -1, endsAt: -1 };

export type CertificateJoiner = {
  /** Machines as they arrive; gives the facts that can be told already. */
  addMachines(rows: readonly FleetRow[]): CertificateFact[];
  /** Identities as they arrive; gives the facts of machines that waited for them. */
  addIdentities(identities: readonly ServicePrincipalInfo[]): CertificateFact[];
  /** Graph will say no more: everything that still waits becomes an estimate, as does every machine from now on. */
  closeIdentities(): CertificateFact[];
  /** Principal ids of machines that still wait, for the fallback by id. */
  waitingIds(): string[];
  /** Machines with an identity, and those whose certificate was really read. */
  counts(): { expected: number; matched: number };
};

/**
 * Joins machines and the key dates of their service principals by the principal's object id; both come in pages and in any
 * order. The state of each is computed here with the portal's one rule set.
 */
export function createCertificateJoiner(nowMinutes: Minutes): CertificateJoiner {
  const waiting = new Map<string, Waiting[]>();
  const dates = new Map<string, Dates>();
  let isClosed = false;
  let expected = 0;
  let matched = 0;

  function factOf(machine: Waiting, known: Dates): CertificateFact {
    const { status, identityKind, lastStatusChange } = machine;
    const state = certificateMinutesState({ endsAt: known.endsAt, status, lastStatusChange, identityKind, now: nowMinutes });
    const range = state === "estimated" ? estimateMinutes({ status, lastStatusChange, now: nowMinutes }) : { from: -1, to: -1 };
    return { machineId: machine.machineId, ...known, state, estimateFrom: range.from, estimateTo: range.to };
  }

  function matchedFact(machine: Waiting, known: Dates): CertificateFact {
    matched += 1;
    return factOf(machine, known);
  }

  function addMachine(row: FleetRow): CertificateFact | null {
    const { principalId, status, identityKind } = row.facts;
    const machine: Waiting = { machineId: row.id.toLowerCase(), status, identityKind, lastStatusChange: row.lastStatusChange };
    if (principalId === "") return factOf(machine, NO_DATES);
    expected += 1;
    const known = dates.get(principalId);
    if (known !== undefined) return matchedFact(machine, known);
    if (isClosed) return factOf(machine, NO_DATES);
    // Cloned machines share one identity, so several may wait for the same certificate.
    const others = waiting.get(principalId);
    if (others === undefined) waiting.set(principalId, [machine]);
    else others.push(machine);
    return null;
  }

  function addIdentity(identity: ServicePrincipalInfo): CertificateFact[] {
    const key = newestKey(identity.keys);
    if (key === null) return [];
    const id = identity.id.toLowerCase();
    const known = { startsAt: toMinutes(key.startsAt), endsAt: toMinutes(key.endsAt) };
    dates.set(id, known);
    const machines = waiting.get(id) ?? [];
    waiting.delete(id);
    return machines.map((machine) => matchedFact(machine, known));
  }

  return {
    addMachines: (rows) => rows.map(addMachine).filter((fact) => fact !== null),
    addIdentities: (identities) => identities.flatMap(addIdentity),
    closeIdentities() {
      isClosed = true;
      const rest = [...waiting.values()].flat().map((machine) => factOf(machine, NO_DATES));
      waiting.clear();
      return rest;
    },
    waitingIds: () => [...waiting.keys()],
    counts: () => ({ expected, matched }),
  };
}

import type { Face } from "./contract.ts";

export type FaultMatch = { face?: Face; method?: string; path?: string; callerUpn?: string };

export type FaultEffect =
  | { kind: "respond"; status: number; headers?: Record<string, string>; body?: unknown; contentType?: string }
  | { kind: "reset" }
  | { kind: "resetAfterHandling" }
  | { kind: "truncate"; bytes: number }
  | { kind: "silence"; ms: number }
  | { kind: "delay"; ms: number }
  | { kind: "patchJson"; set?: Record<string, unknown>; remove?: string[] }
  | { kind: "endlessNextLink" }
  | { kind: "dropNextLink" };

export type FaultRule = {
  match: FaultMatch;
  effect: FaultEffect;
  /** How often it takes effect at most; unlimited when absent. */
  times?: number;
  /** So many matching requests pass first. */
  skip?: number;
  /** Of the requests after those, the first and every n-th after it. */
  every?: number;
};

export type StoredFault = FaultRule & { id: string; matched: number; applied: number };
export type FaultTarget = { face: Face; method: string; pathAndQuery: string; callerUpn: string | null };

export type FaultStore = {
  add(rule: FaultRule): string;
  list(): StoredFault[];
  remove(id: string): boolean;
  clear(): void;
  /** The fault for this request. Older rules come first; a rule behind the one that applies does not count the request. */
  take(target: FaultTarget): StoredFault | null;
};

function matches(match: FaultMatch, pattern: RegExp | null, target: FaultTarget): boolean {
  if (match.face !== undefined && match.face !== target.face) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== target.method) return false;
  if (match.callerUpn !== undefined && match.callerUpn.toLowerCase() !== target.callerUpn?.toLowerCase()) return false;
  return pattern === null || pattern.test(target.pathAndQuery);
}

function isDue(fault: StoredFault): boolean {
  if (fault.times !== undefined && fault.applied >= fault.times) return false;
  const position = fault.matched - 1 - (fault.skip ?? 0);
  return position >= 0 && position % (fault.every ?? 1) === 0;
}

export function createFaultStore(): FaultStore {
  const faults: { fault: StoredFault; pattern: RegExp | null }[] = [];
  let lastId = 0;
  return {
    add: (rule) => {
      lastId += 1;
      const id = `fault-${lastId}`;
      const pattern = rule.match.path === undefined ? null : new RegExp(rule.match.path, "i");
      faults.push({ fault: { ...rule, id, matched: 0, applied: 0 }, pattern });
      return id;
    },
    list: () => faults.map((row) => row.fault),
    remove: (id) => {
      const index = faults.findIndex((row) => row.fault.id === id);
      if (index >= 0) faults.splice(index, 1);
      return index >= 0;
    },
    clear: () => {
      faults.length = 0;
    },
    take: (target) => {
      for (const { fault, pattern } of faults) {
        if (!matches(fault.match, pattern, target)) continue;
        fault.matched += 1;
        if (!isDue(fault)) continue;
        fault.applied += 1;
        return fault;
      }
      return null;
    },
  };
}

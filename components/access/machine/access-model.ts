import type { CannotSignIn } from "@/lib/domain/access/api";
import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { AccessPath, CapabilityAnswer, Holder, MachineAccess, PrincipalInput, ScopeRef } from "@/lib/domain/access/types";

/** How many hold a capability now, and how many only after an activation. One who has both counts as now. */
export type HolderCounts = { now: number; eligible: number };

export function holderCounts(holders: readonly Holder[]): HolderCounts {
  const now = holders.filter((holder) => holder.paths.some((path) => path.kind.kind !== "eligible")).length;
  return { now, eligible: holders.length - now };
}

function pathText(path: AccessPath): string {
  return [path.roleName, path.scope.name, ...path.groups.map((group) => group.displayName)].join(" ");
}

function principalText(principal: PrincipalInput): string {
  return `${principal.displayName} ${principal.detail} ${principal.id}`;
}

/** True when every word of the query is in the principal's names, or in the role, scope or groups of a path. */
export function holderMatches(holder: Holder, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${principalText(holder.principal)} ${holder.paths.map(pathText).join(" ")}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** People who cannot sign in and match, by their names or by one of their roles. */
export function findCannotSignIn(people: readonly CannotSignIn[], query: string): CannotSignIn[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return people.filter(({ principal, roles }) => {
    const text = `${principalText(principal)} ${roles.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export type Answers = MachineAccess["answers"];

/** The answers with only the holders and blocked ones that match. */
export function filterAnswers(answers: Answers, query: string): Answers {
  if (query.trim() === "") return answers;
  const filtered = CAPABILITY_IDS.map((id): [AccessCapabilityId, CapabilityAnswer] => {
    const answer = answers[id];
    const keep = (holder: Holder) => holderMatches(holder, query);
    return [id, { ...answer, holders: answer.holders.filter(keep), blocked: answer.blocked.filter(keep) }];
  });
  // Every capability has its entry, because the list of ids made the entries.
  return Object.fromEntries(filtered) as Answers;
}

export type PersonOnMachine = {
  principal: PrincipalInput;
  capabilities: { id: AccessCapabilityId; paths: readonly AccessPath[] }[];
};

/** The same answers turned round: each principal with all it can do, those with the most first. */
export function byPerson(answers: Answers): PersonOnMachine[] {
  const people = new Map<string, PersonOnMachine>();
  for (const id of CAPABILITY_IDS) {
    for (const { principal, paths } of answers[id].holders) {
      const person = people.get(principal.id) ?? { principal, capabilities: [] };
      person.capabilities.push({ id, paths });
      people.set(principal.id, person);
    }
  }
  return [...people.values()].sort(
    (a, b) =>
      b.capabilities.length - a.capabilities.length || a.principal.displayName.localeCompare(b.principal.displayName, "en"),
  );
}

/** One way of a person into the machine with everything that it gives. */
export type Way = { key: string; path: AccessPath; capabilities: AccessCapabilityId[] };

export function pathKey(path: AccessPath): string {
  return [path.assignmentId, path.kind.kind, ...path.groups.map((group) => group.id)].join(":").toLowerCase();
}

/** A person's ways, each once: one assignment gives most capabilities together. */
export function waysOfPerson(person: PersonOnMachine): Way[] {
  const ways = new Map<string, Way>();
  for (const { id, paths } of person.capabilities) {
    for (const path of paths) {
      const key = pathKey(path);
      const way = ways.get(key) ?? { key, path, capabilities: [] };
      if (!way.capabilities.includes(id)) way.capabilities.push(id);
      ways.set(key, way);
    }
  }
  return [...ways.values()].sort((a, b) => b.capabilities.length - a.capabilities.length);
}

/** Where access to a machine can be given: the machine, its group, its subscription, then every scope above that is known. */
export function scopesOf(machineId: string, above: readonly ScopeRef[]): string[] {
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(machineId)?.[0];
  const subscription = /^\/subscriptions\/[^/]+/i.exec(machineId)?.[0];
  const groups = above.filter((scope) => scope.kind === "managementGroup").map((scope) => scope.id);
  return [...new Set([machineId, group, subscription, ...groups].filter((scope) => scope !== undefined))];
}

/** Rows of the export: one per principal, capability and path. */
export type AccessExportRow = {
  capability: AccessCapabilityId;
  principal: PrincipalInput;
  path: AccessPath | null;
  blocked: string;
};

export function exportRows(
  answers: Answers,
  blockWords: (answer: CapabilityAnswer["blocked"][number]) => string,
): AccessExportRow[] {
  return CAPABILITY_IDS.flatMap((capability) => [
    ...answers[capability].holders.flatMap(({ principal, paths }) =>
      paths.map((path): AccessExportRow => ({ capability, principal, path, blocked: "" })),
    ),
    ...answers[capability].blocked.map(
      (holder): AccessExportRow => ({
        capability,
        principal: holder.principal,
        path: holder.paths[0] ?? null,
        blocked: blockWords(holder),
      }),
    ),
  ]);
}

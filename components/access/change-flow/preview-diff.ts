import type { AccessPreview, PreviewDifference } from "@/lib/domain/access/api";

export type PersonDifference = {
  principal: PreviewDifference["principal"];
  entries: PreviewDifference[];
  /** Machines of the entry that has most. */
  machines: number;
};

/** One entry per principal, those with most machines first. "now" says what standing and active say apart. */
export function byPrincipal(differences: readonly PreviewDifference[]): PersonDifference[] {
  const people = new Map<string, PersonDifference>();
  for (const difference of differences) {
    if (difference.lane === "standing" || difference.lane === "active") continue;
    const id = difference.principal.id.toLowerCase();
    const person = people.get(id) ?? { principal: difference.principal, entries: [], machines: 0 };
    person.entries.push(difference);
    person.machines = Math.max(person.machines, difference.machines);
    people.set(id, person);
  }
  return [...people.values()].sort((a, b) => b.machines - a.machines);
}

export type SignInSummary = { people: number; machines: number };

/** How many people the change gives or takes the sign-in itself, and on how many machines at most. Null: nobody. */
export function signInSummary(differences: readonly PreviewDifference[]): SignInSummary | null {
  const rows = differences.filter((row) => row.lane === "now" && row.capability === "signInUser");
  const people = new Set(rows.map((row) => row.principal.id.toLowerCase())).size;
  return people === 0 ? null : { people, machines: Math.max(...rows.map((row) => row.machines)) };
}

export type StaleChange = "gained" | "lost" | "warnings" | "verdict" | "requests" | "state";

function fingerprint(rows: readonly PreviewDifference[]): string {
  return rows
    .map((row) => `${row.principal.id}:${row.capability}:${row.lane}:${row.machines}:${row.machineIds.join()}`)
    .sort()
    .join("|");
}

/** What differs between the preview that was confirmed and the one that holds now. "state": nothing that is shown. */
export function staleChanges(before: AccessPreview, now: AccessPreview): StaleChange[] {
  const changed: StaleChange[] = [];
  if (fingerprint(before.gained) !== fingerprint(now.gained)) changed.push("gained");
  if (fingerprint(before.lost) !== fingerprint(now.lost)) changed.push("lost");
  const warnings = (preview: AccessPreview) =>
    preview.warnings
      .map((warning) => `${warning.id}:${warning.change}`)
      .sort()
      .join();
  if (warnings(before) !== warnings(now)) changed.push("warnings");
  if (before.verdict !== now.verdict) changed.push("verdict");
  const requests = (preview: AccessPreview) => JSON.stringify(preview.changes.map((change) => change.exact));
  if (requests(before) !== requests(now)) changed.push("requests");
  return changed.length === 0 ? ["state"] : changed;
}

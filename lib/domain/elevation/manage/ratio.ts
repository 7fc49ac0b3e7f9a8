/** How much of the access is standing. `share` is eligible of all, 0 to 1; null when there is nothing. */
export type Ratio = { standing: number; timeBound: number; eligible: number; share: number | null };
export type RatioRow<Key extends string> = Ratio & { key: Key; name: string };

export type RatioFact = {
  scopeId: string;
  scopeName: string;
  roleId: string;
  roleName: string;
  /** standing: no end. timeBound: given with an end. Activations are not counted: their eligibility is. */
  kind: "standing" | "timeBound" | "eligible";
};

function add(into: Ratio, kind: RatioFact["kind"]): void {
  into[kind]++;
  into.share = into.eligible / (into.standing + into.timeBound + into.eligible);
}

const empty = (): Ratio => ({ standing: 0, timeBound: 0, eligible: 0, share: null });

function grouped(facts: readonly RatioFact[], by: (fact: RatioFact) => { key: string; name: string }): RatioRow<string>[] {
  const rows = new Map<string, RatioRow<string>>();
  for (const fact of facts) {
    const { key, name } = by(fact);
    const row = rows.get(key) ?? { key, name, ...empty() };
    add(row, fact.kind);
    rows.set(key, row);
  }
  return [...rows.values()].sort((left, right) => right.standing - left.standing || left.name.localeCompare(right.name, "en"));
}

/** Standing against eligible in all, by scope and by role; rows with most standing access first. */
export function ratios(facts: readonly RatioFact[]) {
  const all = empty();
  for (const { kind } of facts) add(all, kind);
  return {
    all,
    byScope: grouped(facts, ({ scopeId, scopeName }) => ({ key: scopeId.toLowerCase(), name: scopeName })),
    byRole: grouped(facts, ({ roleId, roleName }) => ({ key: roleId.toLowerCase(), name: roleName })),
  };
}

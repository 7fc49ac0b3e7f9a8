import { type FieldDifference, type PolicyField, type PolicySettings, policyDifferences } from "./policy-settings";

export type DriftRow<Row> = { row: Row; differences: FieldDifference[] };

export type DriftReport<Row> = {
  same: Row[];
  different: DriftRow<Row>[];
  /** How many rows differ in each field; fields in which none does are absent. */
  fields: Partial<Record<PolicyField, number>>;
};

/** How every policy differs from a baseline: `before` of a difference is the baseline's value, `after` the row's own. */
export function driftFrom<Row extends { settings: PolicySettings }>(
  baseline: PolicySettings,
  rows: readonly Row[],
): DriftReport<Row> {
  const same: Row[] = [];
  const different: DriftRow<Row>[] = [];
  const fields: Partial<Record<PolicyField, number>> = {};
  for (const row of rows) {
    const differences = policyDifferences(baseline, row.settings);
    if (differences.length === 0) same.push(row);
    else different.push({ row, differences });
    for (const { field } of differences) fields[field] = (fields[field] ?? 0) + 1;
  }
  return { same, different, fields };
}

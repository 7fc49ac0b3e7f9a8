export type Rule = Readonly<Record<string, unknown>>;

export const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && !Array.isArray(value);

function target(level: "Assignment" | "Eligibility", caller: "Admin" | "EndUser") {
  return { caller, operations: ["All"], level, targetObjects: [], inheritableSettings: [], enforcedSettings: [] };
}

const PLACES = {
  EndUser_Assignment: target("Assignment", "EndUser"),
  Admin_Eligibility: target("Eligibility", "Admin"),
  Admin_Assignment: target("Assignment", "Admin"),
} as const;
export type RulePlace = keyof typeof PLACES;

/** Azure's rule of that id as it is, or the frame of a new one. `reader` is part of the ids of mails only. */
export function baseRule(rules: readonly Rule[], kind: string, place: RulePlace, reader?: string): Rule {
  const id = [kind, ...(reader === undefined ? [] : [reader]), place].join("_");
  const known = rules.find((rule) => typeof rule.id === "string" && rule.id.toLowerCase() === id.toLowerCase());
  return known ?? { id, ruleType: `RoleManagementPolicy${kind}Rule`, target: PLACES[place] };
}

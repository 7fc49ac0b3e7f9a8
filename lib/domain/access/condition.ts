import { actionCovered } from "./actions";
import type { ConditionNode } from "./condition-parse";
import type { RoleLimit } from "./types";

/** What is being assigned or removed, as far as it is known. */
export type RoleRequest = { roleId: string; principalId: string; principalType: string };

const ROLE = "microsoft.authorization/roleassignments:roledefinitionid";
const PRINCIPAL = "microsoft.authorization/roleassignments:principalid";
const PRINCIPAL_TYPE = "microsoft.authorization/roleassignments:principaltype";

const ASSIGN = "microsoft.authorization/roleassignments/write";
const REMOVE = "microsoft.authorization/roleassignments/delete";

type Comparison = Extract<ConditionNode, { op: "compare" }>;

/** true and false are decided; null is not: it hangs on something that is only known when the call is made. */
type Verdict = boolean | null;

/** Membership tests over a single-valued attribute: `in` holds for a listed value, `notIn` for any other. */
function setTest(node: Comparison): { test: "in" | "notIn"; ignoreCase: boolean } | null {
  const [first = "", second] = node.operator.split(":");
  const name = second ?? first;
  const quantifier = second === undefined ? "" : first;
  const match = /^(guid|string)(not)?equals(ignorecase)?$/.exec(name);
  if (match === null) return null;
  const ignoreCase = match[1] === "guid" || match[3] !== undefined;
  // With one value on the left, only the right half of the quantifier counts: any value equal, or every value different.
  const every = quantifier === "foranyofallvalues" || quantifier === "forallofallvalues";
  const any = quantifier === "foranyofanyvalues" || quantifier === "forallofanyvalues";
  if (!(every || any) && (quantifier !== "" || node.values.length !== 1)) return null;
  const negative = match[2] !== undefined;
  if (node.values.length > 1 && (negative ? any : every)) return null;
  return { test: negative ? "notIn" : "in", ignoreCase };
}

function attributeOf(node: Comparison, action: string): keyof RoleRequest | null {
  const wanted = action === ASSIGN ? "request" : "resource";
  if ((action !== ASSIGN && action !== REMOVE) || node.source !== wanted) return null;
  if (node.attribute === ROLE) return "roleId";
  if (node.attribute === PRINCIPAL) return "principalId";
  return node.attribute === PRINCIPAL_TYPE ? "principalType" : null;
}

function includes(values: readonly string[], value: string, ignoreCase: boolean): boolean {
  return values.some((candidate) => (ignoreCase ? candidate.toLowerCase() === value.toLowerCase() : candidate === value));
}

function compare(node: Comparison, action: string, request: RoleRequest | null): Verdict {
  const field = attributeOf(node, action);
  const set = setTest(node);
  if (field === null || set === null || request === null) return null;
  return includes(node.values, request[field], set.ignoreCase) === (set.test === "in");
}

function every(parts: readonly Verdict[], stop: boolean): Verdict {
  if (parts.includes(stop)) return stop;
  return parts.includes(null) ? null : !stop;
}

/**
 * Whether a condition holds for an action: true, false, or null when that is only known at the call (Azure role assignment
 * conditions: how conditions are evaluated). With `request` the role assignment attributes are known too.
 */
export function conditionHolds(node: ConditionNode, action: string, request: RoleRequest | null = null): Verdict {
  const lower = action.toLowerCase();
  switch (node.op) {
    case "and":
      return every(
        node.parts.map((part) => conditionHolds(part, lower, request)),
        false,
      );
    case "or":
      return every(
        node.parts.map((part) => conditionHolds(part, lower, request)),
        true,
      );
    case "not": {
      const inner = conditionHolds(node.part, lower, request);
      return inner === null ? null : !inner;
    }
    case "action":
      return actionCovered(node.pattern, lower);
    case "compare":
      return compare(node, lower, request);
    case "opaque":
      return null;
  }
}

/** The comparisons that remain when the action is known and all of them must hold; null when it is no such conjunction. */
function conjunction(node: ConditionNode, action: string): Comparison[] | null {
  if (conditionHolds(node, action) === true) return [];
  if (node.op === "compare") return [node];
  if (node.op === "and") {
    const parts = node.parts.map((part) => conjunction(part, action));
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }
  if (node.op !== "or") return null;
  const open = node.parts.filter((part) => conditionHolds(part, action) !== false);
  return open.length === 1 && open[0] !== undefined ? conjunction(open[0], action) : null;
}

type MutableLimit = { -readonly [K in keyof RoleLimit]: RoleLimit[K] };

const FIELDS = {
  roleId: ["roleIds", "exceptRoleIds"],
  principalId: ["principalIds", "exceptPrincipalIds"],
  principalType: ["principalTypes", "exceptPrincipalTypes"],
} as const;

/**
 * What Azure's "constrain roles", "constrain roles and principal types", "constrain roles and principals" and "allow all
 * except specific roles" conditions permit for one action; null for any other form (Delegate access management: examples).
 */
export function roleLimitOf(node: ConditionNode, action: string): RoleLimit | null {
  const lower = action.toLowerCase();
  const comparisons = conjunction(node, lower);
  if (comparisons === null) return null;
  const limit: MutableLimit = {
    roleIds: null,
    exceptRoleIds: [],
    principalIds: null,
    exceptPrincipalIds: [],
    principalTypes: null,
    exceptPrincipalTypes: [],
  };
  for (const comparison of comparisons) {
    const field = attributeOf(comparison, lower);
    const set = setTest(comparison);
    if (field === null || set === null) return null;
    const [only, except] = FIELDS[field];
    const values = [...new Set(comparison.values.map((value) => value.toLowerCase()))];
    if (set.test === "in") limit[only] = limit[only]?.filter((value) => values.includes(value)) ?? values;
    else limit[except] = [...new Set([...limit[except], ...values])];
  }
  return limit;
}

/** Whether a limit lets its holder assign (or remove) this role for this principal. Ids are compared without case. */
export function limitAllows(limit: RoleLimit, request: RoleRequest): boolean {
  const passes = (value: string, only: readonly string[] | null, except: readonly string[]) =>
    (only === null || only.includes(value.toLowerCase())) && !except.includes(value.toLowerCase());
  return (
    passes(request.roleId, limit.roleIds, limit.exceptRoleIds) &&
    passes(request.principalId, limit.principalIds, limit.exceptPrincipalIds) &&
    passes(request.principalType, limit.principalTypes, limit.exceptPrincipalTypes)
  );
}

import { describe, expect, test } from "vitest";
import { conditionHolds, limitAllows, roleLimitOf } from "./condition";
import { type ConditionNode, parseCondition } from "./condition-parse";

const WRITE = "Microsoft.Authorization/roleAssignments/write";
const DELETE = "Microsoft.Authorization/roleAssignments/delete";
const ROLE = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
const PRINCIPAL = "Microsoft.Authorization/roleAssignments:PrincipalId";
const TYPE = "Microsoft.Authorization/roleAssignments:PrincipalType";
const A = "aaaaaaaa-0000-4000-8000-000000000000";
const B = "bbbbbbbb-0000-4000-8000-000000000000";

function parsed(text: string): ConditionNode {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(`${result.message} at ${result.position}`);
  return result.node;
}

function holds(text: string, action: string, request?: { roleId: string; principalId: string; principalType: string }) {
  return conditionHolds(parsed(text), action, request ?? null);
}

/** The form that the Azure portal writes for "constrain roles". */
const constrain = (tests: string, removal = tests.replaceAll("@Request", "@Resource")) =>
  `(\n (\n  !(ActionMatches{'${WRITE}'})\n )\n OR \n (\n  ${tests}\n )\n)\nAND\n(\n (\n  !(ActionMatches{'${DELETE}'})\n )\n OR \n (\n  ${removal}\n )\n)`;
const roleIn = `@Request[${ROLE}] ForAnyOfAnyValues:GuidEquals {${A}, ${B.toUpperCase()}}`;

describe("parsing", () => {
  test("keeps what a condition says", () => {
    expect(parsed(`!(ActionMatches{'x'}) OR @Request[A:b] ForAnyOfAnyValues:GuidEquals {1, '2'}`)).toEqual({
      op: "or",
      parts: [
        { op: "not", part: { op: "action", pattern: "x" } },
        { op: "compare", source: "request", attribute: "a:b", operator: "foranyofanyvalues:guidequals", values: ["1", "2"] },
      ],
    });
  });

  test("AND binds closer than OR; words and signs mean the same; NOT reaches one test", () => {
    const [a, b, c] = ["a", "b", "c"].map((pattern): ConditionNode => ({ op: "action", pattern }));
    const text = (and: string, or: string) => `ActionMatches{'a'} ${or} ActionMatches{'b'} ${and} ActionMatches{'c'}`;
    const wanted = { op: "or", parts: [a, { op: "and", parts: [b, c] }] };
    expect(parsed(text("AND", "OR"))).toEqual(wanted);
    expect(parsed(text("&&", "||"))).toEqual(wanted);
    expect(parsed(text("and", "or"))).toEqual(wanted);
    expect(parsed("NOT ActionMatches{'a'} AND ActionMatches{'b'}")).toEqual({ op: "and", parts: [{ op: "not", part: a }, b] });
    expect(parsed("!!ActionMatches{'a'}")).toEqual({ op: "not", part: { op: "not", part: a } });
  });

  test("quoted text may hold escaped quotes, and sets may be empty", () => {
    expect(parsed("@Principal[x] StringEquals 'it\\'s'")).toMatchObject({ values: ["it's"] });
    expect(parsed("@Principal[x] ForAnyOfAnyValues:StringEquals {}")).toMatchObject({ values: [] });
    expect(parsed("@Principal[ Spaced ] StringEquals 'x'")).toMatchObject({ source: "principal", attribute: "spaced" });
  });

  test.each([
    "Exists @Resource[x]",
    "NotExists @Resource[x]",
    "SubOperationMatches{'Blob.List'}",
    "@Resource[x] StringEquals @Principal[y]",
  ])("%s is well formed and left undecided", (text) => {
    expect(parsed(text)).toEqual({ op: "opaque" });
  });

  test.each([
    ["", 0, "expected a test"],
    ["(", 1, "expected a test"],
    ["(ActionMatches{'a'}", 19, "expected )"],
    ["ActionMatches 'a'", 14, "expected {"],
    ["ActionMatches{}", 15, "expected one value"],
    ["ActionMatches{'a'} ActionMatches{'b'}", 19, "expected AND, OR or the end"],
    ["ActionMatches{'a' 'b'}", 18, "expected ,"],
    ["ActionMatches{,}", 14, "expected a value"],
    ["Exists x", 7, "expected an attribute"],
    ["@Request[x] {a}", 12, "expected an operator"],
    ["@Request[x] GuidEquals )", 23, "expected a value"],
    ["ActionMatches{'a} ", 14, "unexpected character '"],
    ["ActionMatches{'a'} %", 19, "unexpected character %"],
    ["foo", 0, "expected a test"],
  ])("%j is refused with its place", (text, position, message) => {
    expect(parseCondition(text)).toEqual({ ok: false, position, message: expect.stringContaining(message) });
  });

  test("64 levels of nesting are read, more are refused instead of exhausting the stack", () => {
    const nested = (levels: number) => `${"(".repeat(levels)}ActionMatches{'a'}${")".repeat(levels)}`;
    expect(parseCondition(nested(63)).ok).toBe(true);
    expect(parseCondition(nested(64))).toMatchObject({ ok: false, message: expect.stringContaining("nested too deeply") });
    expect(parseCondition("!".repeat(100_000)).ok).toBe(false);
  });
});

describe("deciding", () => {
  test("an action is decided by its pattern, in any case", () => {
    expect(holds("ActionMatches{'*/WRITE'}", "a/write")).toBe(true);
    expect(holds("ActionMatches{'*/write'}", "A/Read")).toBe(false);
    expect(holds("!(ActionMatches{'*/write'})", "a/read")).toBe(true);
  });

  test.each([
    ["ActionMatches{'a'} AND Exists @X[y]", "a", null],
    ["ActionMatches{'a'} AND Exists @X[y]", "b", false],
    ["ActionMatches{'a'} OR Exists @X[y]", "a", true],
    ["ActionMatches{'a'} OR Exists @X[y]", "b", null],
    ["!(Exists @X[y])", "a", null],
    ["ActionMatches{'a'} AND ActionMatches{'*'}", "a", true],
    ["ActionMatches{'b'} OR ActionMatches{'c'}", "a", false],
  ])("%s for %s is %s", (text, action, expected) => {
    expect(holds(text, action)).toBe(expected);
  });

  test("with the request known, assigning and removing are decided", () => {
    const condition = constrain(`${roleIn} AND @Request[${TYPE}] StringEqualsIgnoreCase 'user'`);
    const request = { roleId: A.toUpperCase(), principalId: "p", principalType: "User" };
    expect(holds(condition, WRITE, request)).toBe(true);
    expect(holds(condition, DELETE, request)).toBe(true);
    expect(holds(condition, WRITE, { ...request, roleId: "cccccccc" })).toBe(false);
    expect(holds(condition, DELETE, { ...request, principalType: "Group" })).toBe(false);
    expect(holds(condition, WRITE)).toBeNull();
    expect(holds(condition, "Microsoft.Authorization/roleAssignments/read", request)).toBe(true);
  });

  test("the request's attributes say nothing about removing, nor the resource's about assigning", () => {
    const request = { roleId: A, principalId: "p", principalType: "User" };
    expect(holds(`@Request[${ROLE}] GuidEquals ${A}`, DELETE, request)).toBeNull();
    expect(holds(`@Resource[${ROLE}] GuidEquals ${A}`, WRITE, request)).toBeNull();
    expect(holds(`@Request[${ROLE}] GuidEquals ${A}`, "Microsoft.Other/read", request)).toBeNull();
    expect(holds("@Request[other] GuidEquals x", WRITE, request)).toBeNull();
  });

  test.each([
    [`GuidEquals ${A}`, true],
    [`GuidNotEquals ${A}`, false],
    [`GuidEquals {${B}}`, false],
    [`ForAnyOfAnyValues:GuidEquals {${A}, ${B}}`, true],
    [`ForAllOfAnyValues:GuidEquals {${A}, ${B}}`, true],
    [`ForAnyOfAllValues:GuidNotEquals {${A}, ${B}}`, false],
    [`ForAllOfAllValues:GuidNotEquals {${B}}`, true],
    [`ForAnyOfAllValues:GuidEquals {${A}}`, true],
    // With two values these say something else than "in" or "not in", and are left to Azure.
    [`ForAnyOfAnyValues:GuidNotEquals {${A}, ${B}}`, null],
    [`ForAnyOfAllValues:GuidEquals {${A}, ${B}}`, null],
    [`GuidEquals {${A}, ${B}}`, null],
    [`Odd:GuidEquals {${A}}`, null],
    [`StringLike ${A}`, null],
    [`StringEquals ${A.toUpperCase()}`, false],
    [`StringEqualsIgnoreCase ${A.toUpperCase()}`, true],
    [`StringNotEqualsIgnoreCase ${A.toUpperCase()}`, false],
    ["ForAnyOfAnyValues:GuidEquals {}", false],
  ])("%s against the first role is %s", (test, expected) => {
    expect(holds(`@Request[${ROLE}] ${test}`, WRITE, { roleId: A, principalId: "p", principalType: "User" })).toBe(expected);
  });
});

describe("limits on roles", () => {
  const NO_LIMIT = {
    roleIds: null,
    exceptRoleIds: [],
    principalIds: null,
    exceptPrincipalIds: [],
    principalTypes: null,
    exceptPrincipalTypes: [],
  };

  test("constrain roles", () => {
    expect(roleLimitOf(parsed(constrain(roleIn)), WRITE)).toEqual({ ...NO_LIMIT, roleIds: [A, B] });
    expect(roleLimitOf(parsed(constrain(roleIn)), DELETE)).toEqual({ ...NO_LIMIT, roleIds: [A, B] });
  });

  test("constrain roles and principal types, and principals", () => {
    const tests = `${roleIn} AND @Request[${TYPE}] ForAnyOfAnyValues:StringEqualsIgnoreCase {'User', 'Group'} AND @Request[${PRINCIPAL}] ForAnyOfAnyValues:GuidEquals {${A}}`;
    expect(roleLimitOf(parsed(constrain(tests)), WRITE)).toEqual({
      ...NO_LIMIT,
      roleIds: [A, B],
      principalTypes: ["user", "group"],
      principalIds: [A],
    });
  });

  test("allow all except specific roles; several tests of one attribute meet", () => {
    const except = `@Request[${ROLE}] ForAnyOfAllValues:GuidNotEquals {${A}}`;
    expect(roleLimitOf(parsed(constrain(except)), WRITE)).toEqual({ ...NO_LIMIT, exceptRoleIds: [A] });
    const twice = `${roleIn} AND @Request[${ROLE}] GuidEquals ${B} AND @Request[${ROLE}] GuidNotEquals ${A} AND @Request[${ROLE}] GuidNotEquals ${A}`;
    expect(roleLimitOf(parsed(constrain(twice)), WRITE)).toEqual({ ...NO_LIMIT, roleIds: [B], exceptRoleIds: [A] });
  });

  test.each([
    ["an alternative", `${roleIn} OR @Request[${TYPE}] StringEquals 'User'`],
    ["another attribute", `${roleIn} AND @Principal[team] StringEquals 'x'`],
    ["an undecided test", `${roleIn} AND Exists @Request[x]`],
    ["a negated test", `!(${roleIn})`],
    ["an operator that is not decided", `@Request[${ROLE}] ForAnyOfAnyValues:GuidNotEquals {${A}, ${B}}`],
  ])("%s is no limit of the known form", (_, tests) => {
    expect(roleLimitOf(parsed(constrain(tests)), WRITE)).toBeNull();
  });

  test("without a test there is nothing to limit", () => {
    expect(roleLimitOf(parsed("ActionMatches{'*'}"), WRITE)).toEqual(NO_LIMIT);
  });

  test("a limit answers for a role, a principal and its type, in any case", () => {
    const limit = { ...NO_LIMIT, roleIds: [A], exceptPrincipalIds: ["p"], principalTypes: ["user"], exceptRoleIds: [B] };
    const request = { roleId: A.toUpperCase(), principalId: "q", principalType: "User" };
    expect(limitAllows(limit, request)).toBe(true);
    expect(limitAllows(limit, { ...request, roleId: B })).toBe(false);
    expect(limitAllows(limit, { ...request, principalId: "P" })).toBe(false);
    expect(limitAllows(limit, { ...request, principalType: "Group" })).toBe(false);
    expect(limitAllows({ ...NO_LIMIT, exceptRoleIds: [A] }, request)).toBe(false);
    expect(limitAllows({ ...NO_LIMIT, principalIds: ["z"] }, request)).toBe(false);
    expect(limitAllows({ ...NO_LIMIT, exceptPrincipalTypes: ["user"] }, request)).toBe(false);
    expect(limitAllows(NO_LIMIT, request)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { onlyRolesToGroups } from "../world/access-catalogue.ts";
import { conditionHolds } from "./condition-evaluate.ts";
import { ConditionSyntaxError, parseCondition } from "./condition-parse.ts";

const WRITE = "Microsoft.Authorization/roleAssignments/write";
const ROLE = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const OTHER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const key = (name: string) => `request:microsoft.authorization/roleassignments:${name}`;

describe("a condition that limits what may be assigned", () => {
  const text = onlyRolesToGroups([ROLE]);
  const ask = (role: string, type: string | null) =>
    conditionHolds(text, WRITE, {
      [key("roledefinitionid")]: [role],
      ...(type === null ? {} : { [key("principaltype")]: [type] }),
    });

  it.each([
    ["the role to a group", ROLE, "Group", true],
    ["the role to a group, in other case", ROLE.toUpperCase(), "GROUP", true],
    ["the role to a person", ROLE, "User", false],
    ["another role to a group", OTHER, "Group", false],
    ["the role without a type", ROLE, null, false],
  ])("%s: %s %s -> %s", (_case, role, type, expected) => {
    expect(ask(role, type)).toBe(expected);
  });

  it("does not touch other actions, and depends on the request while none is given", () => {
    expect(conditionHolds(text, "Microsoft.Authorization/roleAssignments/read", null)).toBe(true);
    expect(conditionHolds(text, WRITE, null)).toBe(null);
  });
});

describe("operators", () => {
  const facts = {
    "resource:a:n": ["5"],
    "resource:a:t": ["2026-01-01T00:00:00Z"],
    "resource:a:s": ["Alpha"],
    "resource:a:l": ["x", "y"],
  };
  it.each<[string, boolean]>([
    ["@Resource[a:s] StringEquals 'Alpha'", true],
    ["@Resource[a:s] StringEquals 'alpha'", false],
    ["@Resource[a:s] StringEqualsIgnoreCase 'alpha'", true],
    ["@Resource[a:s] StringNotEquals 'Beta'", true],
    ["@Resource[a:s] StringLike 'Al*a'", true],
    ["@Resource[a:s] StringLike 'A?pha'", true],
    ["@Resource[a:s] StringLike 'A.*'", false],
    ["@Resource[a:s] StringStartsWith 'Alp'", true],
    ["@Resource[a:n] NumericEquals 5", true],
    ["@Resource[a:n] NumericLessThan 5", false],
    ["@Resource[a:n] NumericLessThanEquals 5", true],
    ["@Resource[a:n] NumericGreaterThan 4", true],
    ["@Resource[a:t] DateTimeGreaterThanEquals '2026-01-01T00:00:00Z'", true],
    ["@Resource[a:t] DateTimeLessThan '2026-01-01T00:00:00Z'", false],
    ["@Resource[a:l] ForAnyOfAnyValues:StringEquals {'y', 'z'}", true],
    ["@Resource[a:l] ForAllOfAnyValues:StringEquals {'y', 'z'}", false],
    ["@Resource[a:l] ForAllOfAnyValues:StringEquals {'x', 'y', 'z'}", true],
    ["@Resource[a:l] ForAllOfAllValues:StringNotEquals {'v', 'w'}", true],
    ["@Resource[a:l] ForAnyOfAllValues:StringNotEquals {'x', 'y'}", false],
    ["@Resource[a:missing] StringNotEquals 'x'", false],
    ["Exists @Resource[a:s]", true],
    ["NOT Exists @Resource[a:s]", false],
    ["NotExists @Resource[a:missing]", true],
    ["ActionMatches{'Microsoft.*/write'} && !(@Resource[a:n] NumericEquals 5)", false],
    ["ActionMatches{'b'} OR @Resource[a:n] NumericEquals 5 AND @Resource[a:s] StringEquals 'Beta'", false],
  ])("%s -> %s", (text, expected) => {
    expect(conditionHolds(text, WRITE, facts)).toBe(expected);
  });
});

describe("text that does not parse", () => {
  it.each([
    ["", "the text ends too early"],
    ["(ActionMatches{'a'}", "the text ends too early"],
    ["ActionMatches{a}", "quotes is expected at character 15"],
    ["@Resource[a] Resembles 'b'", "'Resembles' at character 13 is not an operator"],
    ["@Resource[a] StringEquals 'b' 'c'", "unexpected ''c'' at character 30"],
    ["@Elsewhere[a] StringEquals 'b'", "unexpected text at character 1"],
    ["@Resource[a] StringEquals )", "a value is expected at character 26"],
    ["Exists 'a'", "an attribute is expected at character 7"],
  ])("%s: %s", (text, message) => {
    expect(() => parseCondition(text)).toThrow(ConditionSyntaxError);
    expect(() => parseCondition(text)).toThrow(message);
    expect(conditionHolds(text, WRITE, {})).toBe(false);
  });
});

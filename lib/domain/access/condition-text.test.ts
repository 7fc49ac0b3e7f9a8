import { describe, expect, it } from "vitest";
import { roleLimitOf } from "./condition";
import { parseCondition } from "./condition-parse";
import { delegateCondition } from "./condition-text";

const ROLE_A = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const ROLE_B = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const ACTIONS = ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"];

function limitOf(text: string, action: string) {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return roleLimitOf(parsed.node, action);
}

describe("the condition that limits a delegate", () => {
  it.each(ACTIONS)("is read back as the same roles and kinds of principal for %s", (action) => {
    const text = delegateCondition({ roleIds: [ROLE_A, ROLE_B], principalTypes: ["User", "Group"] });
    const limit = limitOf(text, action);
    expect(limit?.roleIds).toEqual([ROLE_A, ROLE_B]);
    expect(limit?.principalTypes).toEqual(["user", "group"]);
  });

  it.each(ACTIONS)("limits only roles when no kind is named for %s", (action) => {
    const limit = limitOf(delegateCondition({ roleIds: [ROLE_A], principalTypes: [] }), action);
    expect(limit?.roleIds).toEqual([ROLE_A]);
    expect(limit?.principalTypes).toBeNull();
  });

  it("tests the request for a new assignment and the resource for one that is removed", () => {
    const [write, remove] = delegateCondition({ roleIds: [ROLE_A], principalTypes: ["User"] }).split("\nAND\n(");
    expect(write?.match(/@Request/g)).toHaveLength(2);
    expect(write).not.toContain("@Resource");
    expect(remove?.match(/@Resource/g)).toHaveLength(2);
  });
});

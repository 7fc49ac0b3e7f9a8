import { describe, expect, it } from "vitest";
import { scopeChoices } from "./scope-choices";

const GROUPS = "/providers/Microsoft.Management/managementGroups/";
const group = (name: string, parent: string | null, displayName = name) => ({
  id: GROUPS + name,
  displayName,
  parentId: parent === null ? null : GROUPS + parent,
});
const sub = (id: string, displayName: string, parent: string | null) => ({
  id,
  displayName,
  managementGroupId: parent === null ? null : GROUPS + parent,
});
const drawn = (...args: Parameters<typeof scopeChoices>) =>
  scopeChoices(...args).map(({ name, depth, kind }) => `${"-".repeat(depth)}${kind === "subscription" ? "s:" : ""}${name}`);

describe("scopeChoices", () => {
  it("draws the tree by name, groups before the subscriptions beside them", () => {
    const managementGroups = [group("root", null, "Contoso"), group("prod", "ROOT", "Production"), group("dev", "root", "Dev")];
    const subscriptions = [sub("1", "Prod 2", "prod"), sub("/subscriptions/2", "Prod 1", "prod"), sub("3", "Platform", "root")];
    expect(drawn({ managementGroups, subscriptions })).toEqual([
      ...["Contoso", "-Dev", "-Production", "--s:Prod 1", "--s:Prod 2", "-s:Platform"],
    ]);
    const ids = scopeChoices({ managementGroups, subscriptions }).map(({ id }) => id);
    expect(ids).toContain("/subscriptions/1");
    expect(ids).toContain("/subscriptions/2");
  });

  it("puts at the top what has a parent that could not be read", () => {
    expect(drawn({ managementGroups: [group("a", "hidden")], subscriptions: [sub("1", "S", null)] })).toEqual(["a", "s:S"]);
  });

  it("ends and names each once when parents go round in a circle", () => {
    expect(drawn({ managementGroups: [group("a", "b"), group("b", "a")], subscriptions: [] })).toEqual(["a", "-b"]);
  });
});

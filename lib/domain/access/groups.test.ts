import { describe, expect, test } from "vitest";
import { principal } from "./access-fixture";
import type { Grant } from "./grants";
import { createDirectory } from "./groups";
import type { GroupMembersInput, PrincipalInput } from "./types";

const of = (groupId: string, memberIds: string[], transitive = false): GroupMembersInput => ({ groupId, memberIds, transitive });

function grantTo(principalId: string, principalType: string | null): Grant {
  return {
    id: "a",
    scope: "/",
    writtenScope: "/",
    roleId: "r",
    principalId,
    principalType,
    kind: { kind: "standing" },
    condition: null,
  };
}

function directory(groups: GroupMembersInput[], principals: PrincipalInput[] = [], grants: Grant[] = []) {
  return createDirectory({ groups, principals }, grants);
}

describe("closures", () => {
  test("members reach through any depth, each once, in any case", () => {
    const { leavesOf, groupsOf } = directory([of("A", ["b", "ann"]), of("b", ["C", "bob"]), of("c", ["ANN", "bob"])]);
    expect([...leavesOf("a")].sort()).toEqual(["ann", "bob"]);
    expect([...groupsOf("ANN")].sort()).toEqual(["a", "ann", "b", "c"]);
  });

  test("cycles end", () => {
    const { leavesOf, groupsOf } = directory([of("a", ["b"]), of("b", ["a", "ann"]), of("self", ["self"])]);
    expect(leavesOf("a")).toEqual(["ann"]);
    expect([...groupsOf("ann")].sort()).toEqual(["a", "ann", "b"]);
    expect(leavesOf("self")).toEqual([]);
  });

  test("whoever is no group is their own only member", () => {
    expect(directory([]).leavesOf("Ann")).toEqual(["ann"]);
  });

  test("lists of one group add up", () => {
    expect([...directory([of("a", ["x"]), of("A", ["y"])]).leavesOf("a")].sort()).toEqual(["x", "y"]);
  });

  test("10,000 members, and a chain of 1,000 groups", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `p${at}`);
    expect(directory([of("a", many)]).leavesOf("a")).toHaveLength(10_000);
    const chain = Array.from({ length: 1000 }, (_, at) => of(`g${at}`, [at === 999 ? "ann" : `g${at + 1}`]));
    const deep = directory(chain);
    expect(deep.leavesOf("g0")).toEqual(["ann"]);
    expect(deep.chain("ann", "g0")?.groups).toHaveLength(1000);
  });
});

describe("chains for people to read", () => {
  const nested = directory(
    [of("top", ["mid", "low2"]), of("mid", ["low"]), of("low", ["ann"]), of("low2", ["ann"])],
    [principal("top", "group", { displayName: "Top" })],
  );

  test("the shortest, from the person's own group to the one with the role", () => {
    expect(nested.chain("Ann", "TOP")?.groups.map((group) => group.displayName)).toEqual(["low2", "Top"]);
  });

  test("none for the principal itself, null where there is no way", () => {
    expect(nested.chain("ann", "ann")).toEqual({ groups: [], exact: true });
    expect(nested.chain("bob", "top")).toBeNull();
    expect(nested.chain("top", "low")).toBeNull();
  });

  test("a named way goes before a shorter one that is not exact", () => {
    const both = directory([of("top", ["mid"]), of("mid", ["ann"]), of("top", ["ann", "bob"], true)]);
    expect(both.chain("ann", "top")).toMatchObject({ exact: true, groups: [{ id: "mid" }, { id: "top" }] });
    expect(both.chain("bob", "top")).toMatchObject({ exact: false, groups: [{ id: "top" }] });
  });
});

describe("who is who", () => {
  test("what the directory says wins; otherwise the assignment's principalType", () => {
    const grants = [
      grantTo("svc", "ServicePrincipal"),
      grantTo("grp", "ForeignGroup"),
      grantTo("dev", "Device"),
      grantTo("usr", "User"),
      grantTo("ann", "Group"),
    ];
    const { find } = directory([], [principal("ann")], grants);
    expect(["svc", "grp", "dev", "usr", "ann"].map((id) => find(id)?.kind)).toEqual([
      "servicePrincipal",
      "group",
      "device",
      "unknown",
      "user",
    ]);
    expect(find("usr")).toEqual({ id: "usr", kind: "unknown", displayName: "usr", detail: "", enabled: null, machineId: null });
    expect(find("nobody")).toBeUndefined();
  });

  test("an unknown principal becomes what an assignment or a member list says", () => {
    const principals = [
      principal("svc", "unknown", { displayName: "Known name" }),
      principal("grp", "unknown"),
      principal("odd", "unknown"),
    ];
    const { find } = directory([of("grp", [])], principals, [grantTo("svc", "ServicePrincipal"), grantTo("odd", "Anything")]);
    expect(find("svc")).toMatchObject({ kind: "servicePrincipal", displayName: "Known name" });
    expect(find("grp")?.kind).toBe("group");
    expect(find("odd")?.kind).toBe("unknown");
  });

  test("leaves are all that are no groups, members and grants included", () => {
    const { leaves, isGroup } = directory([of("a", ["m"])], [principal("p"), principal("g", "group")], [grantTo("x", null)]);
    expect(leaves.map((leaf) => leaf.id).sort()).toEqual(["m", "p", "x"]);
    expect([isGroup("A"), isGroup("g"), isGroup("p"), isGroup("none")]).toEqual([true, true, false, false]);
  });

  test("groups without a member list are named, also below others", () => {
    const { unreadBelow } = directory([of("a", ["b", "ann"])], [principal("b", "group")]);
    expect(unreadBelow("A")).toEqual(["b"]);
    expect(unreadBelow("b")).toEqual(["b"]);
    expect(unreadBelow("ann")).toEqual([]);
  });
});

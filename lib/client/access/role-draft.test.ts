import { describe, expect, it } from "vitest";
import {
  draftCapabilities,
  draftOfRole,
  draftOfTemplate,
  draftProblems,
  draftRequest,
  emptyDraft,
  linesOf,
  type RoleDraft,
  toggled,
} from "./role-draft";
import type { RoleRow } from "./roles";

const ID = "11111111-0000-4000-8000-000000000001";
const SCOPE = "/subscriptions/00000000-0000-4000-8000-000000000001";
const ENTRY = { actions: ["Microsoft.HybridCompute/machines/read"], notActions: [], dataActions: [], notDataActions: [] };
const GOOD: RoleDraft = {
  ...draftOfTemplate(ID, "runCommandOnly", { name: " Runner ", description: " Runs " }),
  assignableScopes: [SCOPE],
};

function row(more: Partial<RoleRow>): RoleRow {
  return {
    id: "other",
    name: "Other",
    description: "As it is",
    isCustom: true,
    permissions: [ENTRY],
    assignableScopes: ["/", SCOPE],
    capabilities: [],
    assignments: 0,
    drift: null,
    ...more,
  };
}

describe("the draft of a custom role", () => {
  it("says while it is made what a holder could do", () => {
    expect(draftCapabilities(emptyDraft(ID))).toEqual([]);
    expect(draftCapabilities(GOOD)).toEqual(["indirectAdmin", "becomeIdentity", "runCommand", "read"]);
  });

  it("becomes the change that writes it, with its texts trimmed", () => {
    expect(draftRequest(GOOD)).toMatchObject({
      kind: "defineRole",
      roleId: ID,
      roleName: "Runner",
      description: "Runs",
      assignableScopes: [SCOPE],
    });
  });

  it("does not share its lists with the template", () => {
    const draft = draftOfTemplate(ID, "signInOnly", { name: "", description: "" });
    draft.permissions.actions.push("x/read");
    expect(draftOfTemplate(ID, "signInOnly", { name: "", description: "" }).permissions.actions).not.toContain("x/read");
  });

  it.each([
    ["nothing", {}, []],
    ["a name", { name: "  " }, ["nameMissing"]],
    ["a name of 128 characters at most", { name: "n".repeat(129) }, ["nameMissing"]],
    ["a name that no other role has", { name: "OTHER" }, ["nameTaken"]],
    ["a scope", { assignableScopes: [] }, ["scopesMissing"]],
    ["an action", { permissions: { ...ENTRY, actions: [] } }, ["actionsMissing"]],
    ["real actions", { permissions: { ...ENTRY, notActions: ["machines"] } }, [{ wrongAction: "machines" }]],
  ] as const)("asks for %s", (_, more, problems) => {
    const draft = {
      ...GOOD,
      ...more,
      assignableScopes: [...((more as Partial<RoleDraft>).assignableScopes ?? GOOD.assignableScopes)],
    };
    expect(draftProblems(draft as RoleDraft, [row({})])).toEqual(problems);
  });

  it("may keep its own name and takes a name of exactly 128 characters", () => {
    expect(draftProblems(GOOD, [row({ id: ID, name: "runner" })])).toEqual([]);
    expect(draftProblems({ ...GOOD, name: "n".repeat(128) }, [])).toEqual([]);
  });
});

describe("a role as a draft", () => {
  it("brings its description, actions and scopes, without the root that only built-in roles have", () => {
    expect(draftOfRole(ID, row({}))).toMatchObject({
      roleId: ID,
      name: "Other",
      description: "As it is",
      permissions: ENTRY,
      assignableScopes: [SCOPE],
    });
  });

  it("puts several entries together when none excludes anything", () => {
    const two = row({ permissions: [ENTRY, { ...ENTRY, actions: ["a/read"], dataActions: ["b/login/action"] }] });
    expect(draftOfRole(ID, two)?.permissions).toEqual({
      actions: ["a/read", "Microsoft.HybridCompute/machines/read"],
      notActions: [],
      dataActions: ["b/login/action"],
      notDataActions: [],
    });
  });

  it("is none when one entry excludes what another may give, or an entry has a condition", () => {
    expect(draftOfRole(ID, row({ permissions: [ENTRY, { ...ENTRY, notActions: ["a/read"] }] }))).toBeNull();
    expect(draftOfRole(ID, row({ permissions: [{ ...ENTRY, condition: "x" }] }))).toBeNull();
    expect(draftOfRole(ID, row({ permissions: [{ ...ENTRY, notActions: ["a/read"] }] }))).not.toBeNull();
  });
});

describe("lists of actions", () => {
  it("take a pattern in and out, whatever its case", () => {
    expect(toggled(["a/READ"], "a/read", true)).toEqual(["a/read"]);
    expect(toggled(["a/READ", "b/read"], "A/read", false)).toEqual(["b/read"]);
  });

  it("are read from lines without empty ones and repeats", () => {
    expect(linesOf(" a/read \n\nA/READ\nb/read")).toEqual(["a/read", "b/read"]);
  });
});

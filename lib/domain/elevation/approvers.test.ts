import { describe, expect, it } from "vitest";
import type { PrincipalInput } from "../access/types";
import { createApproverBook, type DirectoryFacts, decidersFor, decidesThrough } from "./approvers";

const row = (id: string, kind: PrincipalInput["kind"] = "user", enabled: boolean | null = true): PrincipalInput => ({
  ...{ id, kind, enabled, displayName: `The ${id}`, detail: "", machineId: null },
});
const group = (groupId: string, ...memberIds: string[]) => ({ groupId, memberIds, transitive: false });
const unread = (at: string | null, source: "groups" | "principals" = "groups") => ({ source, at, label: "", reason: "" });
const facts = (over: Partial<DirectoryFacts> = {}): DirectoryFacts => ({ principals: [], groups: [], incomplete: [], ...over });
const ids = (people: readonly { id: string }[]) => people.map(({ id }) => id);
const team = { id: "Team", kind: "group", name: "Team" } as const;

describe("createApproverBook", () => {
  it("finds the people of nested groups once each, through a cycle too", () => {
    const book = createApproverBook(
      facts({
        principals: [row("team", "group"), row("inner", "group"), row("bob"), row("ada")],
        groups: [group("team", "bob", "Inner"), group("inner", "ada", "bob", "team")],
      }),
    );
    const answer = book(team);
    expect(answer).toMatchObject({ id: "team", kind: "group", name: "The team", atLeast: false });
    expect(answer.people).toEqual([
      { id: "ada", name: "The ada", detail: "" },
      { id: "bob", name: "The bob", detail: "" },
    ]);
  });

  it("counts guests, and neither disabled or deleted accounts nor applications", () => {
    const principals = [
      ...[row("team", "group"), row("guest", "guest"), row("off", "user", false), row("unsaid", "user", null)],
      ...[row("gone", "deleted"), row("app", "servicePrincipal"), row("server", "managedIdentity"), row("laptop", "device")],
    ];
    const groups = [group("team", "guest", "off", "unsaid", "gone", "app", "server", "laptop")];
    const answer = createApproverBook(facts({ principals, groups }))(team);
    expect([ids(answer.people), answer.atLeast]).toEqual([["guest", "unsaid"], false]);
  });

  it("keeps what it read of a group and says at least when a group inside was refused", () => {
    const principals = [row("team", "group"), row("inner", "group"), row("bob")];
    const groups = [group("team", "bob", "inner"), group("inner")];
    const answer = createApproverBook(facts({ principals, groups, incomplete: [unread("INNER")] }))(team);
    expect([ids(answer.people), answer.atLeast]).toEqual([["bob"], true]);
  });

  it("says at least for a group of which nothing was read, known as one by the settings alone", () => {
    const incomplete = [unread(null, "principals")];
    const principals = [row("team", "unknown", null)];
    expect(createApproverBook(facts({ principals, incomplete }))(team)).toMatchObject({
      kind: "group",
      people: [],
      atLeast: true,
    });
    expect(createApproverBook(facts())(team)).toMatchObject({ kind: "group", name: "", people: [], atLeast: true });
  });

  it("takes a person whom it may not read by the settings' word, and nothing that the directory denies", () => {
    const book = createApproverBook(
      facts({ principals: [row("off", "user", false), row("gone", "deleted"), row("app", "servicePrincipal")] }),
    );
    const ask = (id: string, kind: "user" | "group" | "unknown" = "user") => book({ id, kind, name: "Named" });
    expect(ask("Unread").people).toEqual([{ id: "unread", name: "Named", detail: "" }]);
    expect(ask("odd", "unknown")).toMatchObject({ kind: "unknown", people: [], atLeast: true });
    expect(ask("off")).toMatchObject({ kind: "user", people: [], atLeast: false });
    expect(ask("gone", "group")).toMatchObject({ kind: "gone", people: [], atLeast: false });
    expect(ask("app")).toMatchObject({ kind: "other", people: [], atLeast: false });
  });
});

describe("who decides", () => {
  const book = createApproverBook(
    facts({ principals: [row("team", "group"), row("ada"), row("bob")], groups: [group("team", "ada", "bob")] }),
  );
  const approvers = [book(team), book({ id: "ada", kind: "user", name: "Ada" })];

  it("nobody for themselves, nobody twice", () => {
    expect(decidersFor("ADA", approvers)).toEqual({ count: 1, atLeast: false });
    expect(decidersFor("cleo", approvers)).toEqual({ count: 2, atLeast: false });
    expect(decidersFor("ada", approvers.slice(1))).toEqual({ count: 0, atLeast: false });
    expect(decidersFor("ada", [{ ...book(team), atLeast: true }])).toEqual({ count: 1, atLeast: true });
  });

  it("through which approvers", () => {
    expect(ids(decidesThrough("ADA", approvers))).toEqual(["team", "ada"]);
    expect(ids(decidesThrough("bob", approvers))).toEqual(["team"]);
    expect(decidesThrough("cleo", approvers)).toEqual([]);
  });
});

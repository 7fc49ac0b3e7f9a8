import { describe, expect, it } from "vitest";
import { approverWords, cannotWords, deciderWords, lackOfDeciders } from "./approver-words";
import { ANNA, approval } from "./elevation-fixture";
import type { ApproversView } from "./use-elevation";

type Found = NonNullable<ReturnType<ApproversView["of"]>>;

const person = (id: string, name = id) => ({ id, name, detail: "" });
const found = (id: string, kind: Found["kind"], people: string[], part: Partial<Found> = {}): Found => ({
  ...{ id, kind, name: "", people: people.map((one) => person(one, `P-${one}`)), atLeast: false, total: people.length },
  ...part,
});
const view = (...all: Found[]): ApproversView => ({ of: (id) => all.find((one) => one.id === id) ?? null, me: "me" });
const LEADS = { id: "g", kind: "group" as const, name: "Leads", detail: "" };
const ANNA_FOUND = found("anna", "user", ["anna"]);

describe("approverWords", () => {
  it("names a group alone until the directory has answered", () => {
    expect(approverWords([ANNA, LEADS], view())).toBe("Anna Approver, group Leads");
    expect(approverWords([], view())).toBe("Nobody else is named in the role's settings.");
  });

  it.each<[string, string, Partial<Found>, string[]]>([
    ["one", "group Leads (1 person: P-a)", {}, ["a"]],
    ["more than are shown", "group Leads (6 people: P-a, P-b, P-c, P-d and 2 more)", {}, ["a", "b", "c", "d", "e", "f"]],
    ["part of them", "group Leads (at least 1 person: P-a; not all members could be read)", { atLeast: true }, ["a"]],
    ["none that could be read", "group Leads (its members could not be read)", { atLeast: true }, []],
    ["nobody", "group Leads (nobody in it can decide)", {}, []],
  ])("shows a group's people: %s", (_, words, part, people) => {
    expect(approverWords([LEADS], view(found("g", "group", people, part)))).toBe(words);
  });

  it("marks a person who cannot decide, and takes the directory's word for what is a group", () => {
    expect(approverWords([ANNA], view(found("anna", "gone", [])))).toBe("Anna Approver (account disabled or deleted)");
    expect(approverWords([{ ...LEADS, kind: "unknown" }], view(found("g", "group", ["a"])))).toBe("group Leads (1 person: P-a)");
  });
});

describe("deciderWords", () => {
  const row = approval("a", { approvers: [ANNA, LEADS] });
  const words = (...all: Found[]) => deciderWords(row, view(...all));

  it("counts the others once each, without me and without whoever asked", () => {
    const leads = found("g", "group", ["anna", "ben", "me", "olivia"]);
    expect(words(ANNA_FOUND, leads)).toBe("Besides you, 2 people can decide. You decide as a member of Leads.");
  });

  it("says at least when a group is not known whole, or too large to be sent", () => {
    const part = "Besides you, at least 1 person can decide. You decide as a member of Leads.";
    expect(words(ANNA_FOUND, found("g", "group", ["me"], { atLeast: true }))).toBe(part);
    expect(words(ANNA_FOUND, found("g", "group", ["me"], { total: 300 }))).toBe(part);
  });

  it("says when nobody else can, and does not claim it while something is unread", () => {
    const only = approval("a", { approvers: [LEADS] });
    expect(deciderWords(only, view(found("g", "group", ["me"])))).toBe(
      "Nobody but you can decide this. You decide as a member of Leads.",
    );
    expect(deciderWords(only, view(found("g", "group", [], { atLeast: true })))).toBeNull();
  });

  it("says nothing before everybody is known, and nothing to those who cannot decide", () => {
    expect(words(ANNA_FOUND)).toBeNull();
    const closed = approval("a", { approvers: [ANNA], canDecide: { allowed: false, why: "decided" } });
    expect(deciderWords(closed, view(ANNA_FOUND))).toBeNull();
  });
});

describe("cannotWords", () => {
  const row = approval("a", { approvers: [LEADS] });
  const named = view(found("g", "group", ["me"]));

  it("adds that the settings name me where Azure does not ask me or its answer is missing", () => {
    expect(cannotWords(row, "notMine", named)).toMatch(/^Azure does not ask you, although .* through Leads\./);
    expect(cannotWords(row, "stagesUnreadable", named)).toMatch(/name you through Leads: read again\.$/);
    expect(cannotWords(row, "notMine", view(found("g", "group", ["ben"])))).toBe("Not assigned to you any more.");
    expect(cannotWords(row, "ownRequest", named)).toMatch(/^Your own request\./);
  });
});

describe("lackOfDeciders", () => {
  it("warns before sending when I am the only one, or nobody is behind the approvers", () => {
    expect(lackOfDeciders([LEADS], view(found("g", "group", ["me"])))).toMatch(/^You are the only approver/);
    expect(lackOfDeciders([LEADS], view(found("g", "group", [])))).toMatch(/^Behind its approvers there is nobody/);
  });

  it("is silent when somebody else can decide, may, or is not known yet", () => {
    expect(lackOfDeciders([LEADS], view(found("g", "group", ["me", "ben"])))).toBeNull();
    expect(lackOfDeciders([LEADS], view(found("g", "group", ["me"], { atLeast: true })))).toBeNull();
    expect(lackOfDeciders([LEADS, ANNA], view(found("g", "group", ["me"])))).toBeNull();
  });
});

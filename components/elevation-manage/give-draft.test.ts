import { expect, it } from "vitest";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { type GiveDraft, giveProblems, giveRequests, scopesOf } from "./give-draft";

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const person = (id: string): PrincipalInput => ({
  ...{ id, kind: "user", displayName: id, detail: "", enabled: true, machineId: null },
});
const DRAFT: GiveDraft = {
  ...{ of: "eligible", who: [person("ada"), person("bob")], roleId: "r", scopes: `${SUB}\n${SUB}/resourceGroups/rg` },
  ...{ startsAt: "", end: { kind: "none" }, justification: " why ", ticket: " " },
};
const NOW = new Date("2026-11-21T12:00:00.000Z");
const ids = (patch: Partial<GiveDraft>) => giveProblems({ ...DRAFT, ...patch }, NOW).map(({ field, id }) => `${field}:${id}`);

it("takes each scope once, without blank lines and slashes at the end, whatever the case", () => {
  expect(scopesOf(` ${SUB}/ \n\n${SUB.toUpperCase()}\n/`)).toEqual([SUB, "/"]);
});

it("makes one request for each person and scope, each under its own name", () => {
  let next = 0;
  const requests = giveRequests(DRAFT, () => String(next++));
  expect(requests.map((one) => (one.kind === "schedule" ? [one.requestName, one.principalId, one.scope] : []))).toEqual([
    ["0", "ada", SUB],
    ["1", "bob", SUB],
    ["2", "ada", `${SUB}/resourceGroups/rg`],
    ["3", "bob", `${SUB}/resourceGroups/rg`],
  ]);
  expect(requests[0]).toMatchObject({ justification: "why", ticket: null });
});

it("begins at once without a start, else at that minute of UTC", () => {
  const starts = (startsAt: string) =>
    giveRequests({ ...DRAFT, startsAt }, () => "x").map((one) => one.kind === "schedule" && one.startsAt);
  expect(new Set(starts(""))).toEqual(new Set([null]));
  expect(new Set(starts("2026-12-01T08:30"))).toEqual(new Set(["2026-12-01T08:30:00.000Z"]));
});

it.each([
  ["2026-11-21T12:01", []],
  ["2026-11-21T12:00", ["startsAt:past"]],
  ["2026-11-21", ["startsAt:bad"]],
  ["2026-13-40T08:30", ["startsAt:bad"]],
  [" ", ["startsAt:bad"]],
])("takes only a start that is still to come: %s", (startsAt, expected) => {
  expect(ids({ startsAt })).toEqual(expected);
});

it("says what is missing, all at once", () => {
  expect(ids({ who: [], roleId: "", scopes: "", end: null })).toEqual([
    "who:needed",
    "role:needed",
    "scopes:needed",
    "end:needed",
  ]);
});

it.each(["rg-prod", "/subscriptions/x", `${SUB}/resourceGroups`, `${SUB}/resourceGroups/a%2f`])(
  "refuses %s as a scope",
  (scope) => {
    expect(ids({ scopes: scope })).toEqual(["scopes:bad"]);
  },
);

it("sends at most 100 changes in one set", () => {
  const who = Array.from({ length: 50 }, (_, index) => person(String(index)));
  expect(ids({ who })).toEqual([]);
  expect(ids({ who: [...who, person("more")] })).toEqual(["scopes:tooMany"]);
});

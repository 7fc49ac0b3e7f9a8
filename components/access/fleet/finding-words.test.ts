import { describe, expect, it } from "vitest";
import { type AccessFinding, FINDING_RULE_IDS } from "@/lib/domain/access/api";
import { hasMessage } from "@/messages/t";
import { evidenceWords, searchFindings } from "./finding-words";

function finding(more: Partial<AccessFinding> = {}): AccessFinding {
  return {
    id: "R05:a",
    ruleId: "R05",
    severity: "high",
    principal: {
      id: "ada",
      kind: "user",
      displayName: "Ada Admin",
      detail: "ada@contoso.example",
      enabled: true,
      machineId: null,
    },
    scope: { id: "/subscriptions/s", kind: "subscription", name: "Production" },
    roleId: "owner",
    roleName: "Owner",
    assignmentIds: ["a"],
    values: {},
    machines: 3,
    machineIds: [],
    fix: null,
    ...more,
  };
}

describe("findings in words", () => {
  it.each(FINDING_RULE_IDS)("has a title, a reason and an advice for rule %s", (id) => {
    for (const part of ["title", "why", "todo"]) expect(hasMessage(`accessFleet.findings.rule.${id}.${part}`)).toBe(true);
  });

  it("writes facts with their numbers, and shows a fact without words by its name", () => {
    const values = { others: 1200, machine: "srv-1", novel: 7 };
    expect(evidenceWords(finding({ values }))).toBe("reaches 1,200 other machines · machine srv-1 · novel: 7");
    expect(evidenceWords(finding())).toBe("");
  });

  it("finds every word in who, role, scope or facts", () => {
    const all = [finding(), finding({ id: "b", principal: null, values: { state: "deleted" } })];
    const ids = (search: string) => searchFindings(all, search).map(({ id }) => id);
    expect(ids("")).toEqual(["R05:a", "b"]);
    expect(ids("ADA production")).toEqual(["R05:a"]);
    expect(ids("deleted")).toEqual(["b"]);
    expect(ids("owner nobody")).toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toAssignmentActivity } from "./assignment-activity";
import { toDirectoryAudit } from "./directory-audit";

/** Events of the activity log as Azure recorded them, wherever they stand in the file. */
function recordedEvents(): unknown[] {
  const text = readFileSync("emulator/specs/recordings/role.test_role_assignment_audits.json", "utf8");
  const events: unknown[] = [];
  const walk = (node: unknown): void => {
    if (typeof node === "string" && node.includes("roleAssignments") && node.trimStart().startsWith("{")) {
      try {
        walk(JSON.parse(node));
      } catch {
        // A body that is no JSON holds no events.
      }
    } else if (Array.isArray(node)) node.forEach(walk);
    else if (typeof node === "object" && node !== null) {
      if ("eventTimestamp" in node) events.push(node);
      else Object.values(node).forEach(walk);
    }
  };
  walk(JSON.parse(text));
  return events;
}

describe("role assignments in the activity log", () => {
  const rows = toAssignmentActivity(recordedEvents());

  it("as recorded name the person, the role and who did it, from the entry that began the write", () => {
    const written = rows.find(({ assignment }) => assignment === "c145a266-59b7-4b12-aa80-03bd69c67453");
    expect(written).toMatchObject({
      kind: "write",
      at: "2023-08-23T13:00:34.589Z",
      scope: "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg-675a20",
      principal: { id: "b6399c31-08ca-45ae-bf23-8c26ac2e5729", kind: "servicePrincipal" },
      roleId: "b24988ac-6180-42a0-ab88-20f7382dd24c",
      isPim: false,
    });
    expect(written?.caller?.detail).toContain("@");
  });

  it("as recorded name whom a removal was about, with the dashes that the log leaves out", () => {
    const removed = rows.find(
      ({ kind, assignment }) => kind === "delete" && assignment === "51bd7322-f16e-4dc9-8fa3-d9648a75288b",
    );
    expect(removed).toMatchObject({
      principal: { id: "e22c7ac4-5ea2-408a-bb1e-9af034e683d5" },
      roleId: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    });
  });

  it("are one a write, oldest first, and only those that succeeded", () => {
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort());
    // The recording lists one of them in two answers.
    expect(new Set(rows.map(({ id }) => id)).size).toBe(
      new Set(rows.map(({ kind, assignment }) => `${kind} ${assignment}`)).size,
    );
  });

  const event = (over: Record<string, unknown>) => ({
    eventTimestamp: "2026-03-01T10:00:00Z",
    resourceId: "/subscriptions/S/providers/Microsoft.Authorization/roleAssignments/A",
    operationName: { value: "Microsoft.Authorization/roleAssignments/write" },
    status: { value: "Succeeded" },
    ...over,
  });

  it.each([
    ["a failed write", { status: { value: "Failed" } }],
    ["another operation", { operationName: { value: "Microsoft.Authorization/roleDefinitions/write" } }],
    ["a time that is none", { eventTimestamp: "soon" }],
    ["no status at all", { status: null }],
  ])("leave %s out", (_, over) => {
    expect(toAssignmentActivity([event(over)])).toEqual([]);
  });

  it("that PIM wrote itself are marked", () => {
    expect(toAssignmentActivity([event({ caller: "MS-PIM" })])).toMatchObject([
      { isPim: true, assignment: "a", principal: null },
    ]);
  });

  it("survive bodies that were cut off and things that are no events", () => {
    const rowsOf = toAssignmentActivity([null, 7, {}, event({ properties: { requestbody: '{"properties":{"princ' } })]);
    expect(rowsOf).toMatchObject([{ principal: null, roleId: null }]);
  });
});

describe("the directory's audit log", () => {
  const entry = {
    id: "PIM_1",
    activityDateTime: "2026-03-01T10:00:00Z",
    activityDisplayName: "Add member to role request approved (PIM activation)",
    result: "success",
    resultReason: "ok",
    initiatedBy: { app: null, user: { id: "BOSS", displayName: "Boss", userPrincipalName: "boss@x" } },
    targetResources: [
      { id: "ROLE", displayName: "Owner", type: "Role" },
      { id: "REQ", displayName: "", type: "Request" },
      { id: "ANN", displayName: "Ann", type: "User", userPrincipalName: "ann@x" },
      { id: "/subscriptions/S", displayName: "S", type: "Other" },
    ],
    additionalDetails: [
      { key: "Justification", value: "patch" },
      { key: "TicketNumber", value: "1" },
      { key: "TicketSystem", value: "desk" },
    ],
  };

  it("names role, request, person, scope, decider and ticket", () => {
    expect(toDirectoryAudit(entry)).toEqual({
      id: "PIM_1",
      at: "2026-03-01T10:00:00.000Z",
      activity: entry.activityDisplayName,
      failed: false,
      reason: "ok",
      actor: { id: "boss", kind: "user", name: "Boss", detail: "boss@x" },
      requestName: "req",
      principal: { id: "ann", kind: "user", name: "Ann", detail: "ann@x" },
      role: { id: "role", name: "Owner" },
      scope: "/subscriptions/s",
      scopeName: "S",
      justification: "patch",
      ticket: { number: "1", system: "desk" },
    });
  });

  it("does not take the approver for the person whose access it is", () => {
    const targets = [{ id: "BOSS", displayName: "Boss", type: "User" }, ...entry.targetResources];
    expect(toDirectoryAudit({ ...entry, targetResources: targets })?.principal?.id).toBe("ann");
  });

  it.each([
    ["nothing", null],
    ["an entry without a time", { ...entry, activityDateTime: "never" }],
    ["a number", 7],
  ])("leaves out %s", (_, raw) => {
    expect(toDirectoryAudit(raw)).toBeNull();
  });

  it("keeps an entry whose targets and details are missing or odd", () => {
    const odd = { ...entry, targetResources: null, additionalDetails: [7, null], initiatedBy: "x" };
    expect(toDirectoryAudit(odd)).toMatchObject({ principal: null, role: null, scope: null, ticket: null, actor: null });
  });
});

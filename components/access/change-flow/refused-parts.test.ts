import { expect, it } from "vitest";
import { initialFlowDraft } from "./flow-draft";
import { refusedParts } from "./refused-parts";

const draft = initialFlowDraft({}, () => "new");
const field = (name: string, message = name) => ({ field: name, message });

it("names the part of the form of every field that can be chosen there, with the first word of the server", () => {
  const fields = ["principalId", "roleId", "scope", "condition"].map((name) => field(`body.changes.0.${name}`));
  expect(refusedParts([...fields, field("body.changes.3.scope", "later")], draft)).toEqual({
    who: "body.changes.0.principalId",
    role: "body.changes.0.roleId",
    scope: "body.changes.0.scope",
    limit: "body.changes.0.condition",
  });
});

it("leaves out what no field of the form holds, and changes that came ready made", () => {
  const fixed = { ...draft, fixed: [{ kind: "remove" as const, assignmentId: "/a" }] };
  const fields = [
    field("body.changes.0.scope"),
    field("body.changes.1"),
    field("body.changes.1.assignmentName"),
    field("body.stamp"),
  ];
  expect(refusedParts(fields, fixed)).toEqual({});
});

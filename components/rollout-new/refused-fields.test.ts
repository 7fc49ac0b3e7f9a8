import { describe, expect, it } from "vitest";
import { INITIAL_PLAN, planOf } from "./plan-form";
import { refusedFields, stepToFix } from "./refused-fields";
import { problem } from "./rollout-fixture";
import { INITIAL_WORK, workOf } from "./work-form";

const KIND = INITIAL_WORK.kind;
const refusal = (...names: string[]) => ({
  ...problem(400, "invalid_input", "Correct the request."),
  fields: names.map((field) => ({ field, message: "Wrong." })),
});
const now = { work: workOf(INITIAL_WORK), plan: planOf(INITIAL_PLAN, KIND) };
const sentOf = () => {
  const work = workOf(INITIAL_WORK);
  if (work === null) throw new Error("The form begins right.");
  return { work, plan: planOf(INITIAL_PLAN, KIND) };
};

describe("fields that the server refused", () => {
  it.each([
    ["body.work.roleDefinitionId", "work.role"],
    ["body.work.roleName", "work.role"],
    ["body.work.principal", "work.principal"],
    ["body.work.principal.type", "work.principal"],
    ["body.work.extensionName", "work.name"],
    ["body.work.mdmId", "work.mdmId"],
    ["body.work.version", "work.version"],
    ["body.plan.grant", "plan.grant.role"],
    ["body.plan.grant.roleDefinitionId", "plan.grant.role"],
    ["body.plan.grant.principal.id", "plan.grant.principal"],
    ["body.plan.grant.at.scope", "plan.grant.scope"],
    ["body.plan.concurrency", "plan.concurrency"],
  ])("%s is %s of the form", (server, form) => {
    expect(refusedFields(refusal(server), sentOf(), now)).toEqual([{ field: form, message: "Wrong." }]);
    expect(stepToFix(refusal(server))).toBe(form.split(".")[0]);
  });

  it("are no field of the form where nothing of it can be typed", () => {
    expect(refusedFields(refusal("body.typedCount", "body.work.kind", "body"), sentOf(), now)).toEqual([]);
    expect(stepToFix(refusal("body.typedCount"))).toBeNull();
    expect(stepToFix(null)).toBeNull();
  });

  it("are forgotten once what was sent was changed, each part by itself", () => {
    const both = refusal("body.work.version", "body.plan.canary");
    const fields = (changed: Partial<typeof now>) =>
      refusedFields(both, sentOf(), { ...now, ...changed }).map(({ field }) => field);
    expect(fields({})).toEqual(["work.version", "plan.canary"]);
    expect(fields({ work: workOf({ ...INITIAL_WORK, version: "1.0" }) })).toEqual(["plan.canary"]);
    expect(fields({ plan: planOf({ ...INITIAL_PLAN, canary: "6" }, KIND) })).toEqual(["work.version"]);
    expect(refusedFields(both, null, now)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { taskQuerySchema } from "./schemas";

describe("the question for machines of a roll-out", () => {
  it("takes one state or several", () => {
    expect(taskQuerySchema.parse({ state: "failed" }).state).toEqual(["failed"]);
    expect(taskQuerySchema.parse({ state: "skipped,canceled" }).state).toEqual(["skipped", "canceled"]);
    expect(taskQuerySchema.parse({}).state).toBeUndefined();
  });

  it.each(["dancing", "failed,dancing", "failed,", ""])("refuses states that there are not: %j", (state) => {
    expect(taskQuerySchema.safeParse({ state }).success).toBe(false);
  });
});

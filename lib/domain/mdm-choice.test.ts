import { describe, expect, it } from "vitest";
import { mdmError, mdmIdOf } from "./mdm-choice";
import { INTUNE_MDM_ID } from "./sign-in-extension";

const OTHER = "22222222-2222-2222-2222-222222222222";

describe("mdmId of a form", () => {
  it("is empty, Intune's id or the trimmed own id", () => {
    expect(mdmIdOf({ mdm: "empty", ownId: OTHER })).toBe("");
    expect(mdmIdOf({ mdm: "intune", ownId: OTHER })).toBe(INTUNE_MDM_ID);
    expect(mdmIdOf({ mdm: "own", ownId: ` ${OTHER} ` })).toBe(OTHER);
  });

  it("must be an id when another product is chosen, and only then", () => {
    const errors = (mdm: "empty" | "intune" | "own") => ["", "x", OTHER].map((ownId) => mdmError({ mdm, ownId }));
    expect(errors("own")).toEqual(["signIn.mdm.invalid", "signIn.mdm.invalid", null]);
    expect(errors("intune")).toEqual([null, null, null]);
    expect(errors("empty")).toEqual([null, null, null]);
  });
});

import { describe, expect, it } from "vitest";
import { CAPABILITY_IDS } from "../access/capabilities";
import { ROLLOUT_CAPABILITIES, rolloutRight, WORK_CAPABILITIES, workRight } from "./rights";
import { WORK_KINDS } from "./types";
import { workKind } from "./work-kinds";

describe("the right that a kind of work needs", () => {
  it.each(WORK_KINDS)("%s: the named action is the one that the work is checked for", (kind) => {
    expect(workRight(kind, false)).toMatchObject({ action: workKind(kind).action, allowed: false });
  });

  it("names roles that exist and gives least: assigning for roles, the resource administrator for extensions", () => {
    expect(workRight("role.assign", null).smallestRole?.name).toBe("Role Based Access Control Administrator");
    expect(workRight("linuxSignIn.uninstall", null).smallestRole?.name).toBe("Azure Connected Machine Resource Administrator");
  });

  it("is held by whoever has one of the capabilities of any kind", () => {
    for (const kind of WORK_KINDS) {
      expect(WORK_CAPABILITIES[kind].every((id) => CAPABILITY_IDS.includes(id) && ROLLOUT_CAPABILITIES.includes(id))).toBe(true);
    }
    expect(new Set(ROLLOUT_CAPABILITIES).size).toBe(ROLLOUT_CAPABILITIES.length);
    expect(rolloutRight(true).allowed).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import type { PermissionSet } from "../permissions";
import { isProbeGranted, probeOf } from "./probe";

const set = (over: Partial<PermissionSet>): PermissionSet => ({
  actions: [],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  ...over,
});
const OWNER = set({ actions: ["*"] });
const READER = set({ actions: ["*/read"] });
const CONTRIBUTOR = set({ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete"] });
const LOGIN = set({ dataActions: ["Microsoft.HybridCompute/machines/loginAsAdmin/action"] });
const NARROW = set({ actions: ["Microsoft.Insights/alertRules/write"] });

describe("probeOf", () => {
  it("takes something of the role that the person does not have yet", () => {
    const probe = probeOf([CONTRIBUTOR], [READER]);
    expect(probe).not.toBeNull();
    expect(probe !== null && isProbeGranted([READER], probe)).toBe(false);
    expect(probe !== null && isProbeGranted([READER, CONTRIBUTOR], probe)).toBe(true);
  });

  it("takes what only the wider role gives when the person has most of it", () => {
    expect(probeOf([OWNER], [CONTRIBUTOR])?.action).toMatch(/^Microsoft\.Authorization\/.*\/write$/);
  });

  it("asks about data actions as data actions", () => {
    expect(probeOf([LOGIN], [OWNER])).toMatchObject({ isDataAction: true });
  });

  it("asks about reading last, and about a role of other services by its own actions", () => {
    expect(probeOf([READER], [])).toMatchObject({ action: "Microsoft.HybridCompute/machines/read" });
    expect(probeOf([NARROW], [])).toEqual({ action: "Microsoft.Insights/alertRules/write", isDataAction: false });
  });

  it("says that there is nothing to be seen when the person has it all", () => {
    expect(probeOf([READER], [OWNER])).toBeNull();
    expect(probeOf([], [])).toBeNull();
  });
});

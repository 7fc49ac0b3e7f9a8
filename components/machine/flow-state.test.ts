import { describe, expect, it } from "vitest";
import type { PreflightCheck } from "@/lib/domain/api";
import { mdmIdOf } from "@/lib/domain/mdm-choice";
import { INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { detailFixture, extensionFixture, operationFixture, permissionsFixture } from "./detail-fixture";
import { activeOverrides, type FlowDraft, initialDraft, isFlowDraft, reasonsAgainst } from "./flow-state";

const DETAIL = detailFixture();
const FILLED: FlowDraft = { ...initialDraft(DETAIL), consent: true };

function check(part: Partial<PreflightCheck>): PreflightCheck {
  return {
    id: "osBuild",
    verdict: "pass",
    title: "signIn.preflight.osBuild.title",
    evidence: "",
    fix: "",
    values: {},
    overridable: false,
    source: "",
    ...part,
  };
}

const BLOCK = check({ id: "domainJoined", verdict: "block", overridable: true, title: "signIn.preflight.domainJoined.title" });

describe("the form's first values", () => {
  it("[C31] [C32] are AADLogin and an empty mdmId on a machine without the extension", () => {
    expect([FILLED.extensionName, mdmIdOf(FILLED), FILLED.step]).toEqual(["AADLogin", "", "preflight"]);
  });

  it("[C32] keep the name of the extension that is there, so that the repair writes to it", () => {
    const extension = extensionFixture({ name: "my-login", settings: {} });
    const draft = initialDraft(detailFixture({ signIn: { state: "succeeded", extension, failure: null, mdmIdMissing: true } }));
    expect([draft.extensionName, mdmIdOf(draft)]).toEqual(["my-login", ""]);
  });

  it("keep the value of mdmId that is there", () => {
    const of = (mdmId: string) =>
      initialDraft(
        detailFixture({
          signIn: { state: "failed", extension: extensionFixture({ settings: { mdmId } }), failure: null, mdmIdMissing: false },
        }),
      );
    expect(of(INTUNE_MDM_ID).mdm).toBe("intune");
    expect(mdmIdOf(of("22222222-2222-2222-2222-222222222222"))).toBe("22222222-2222-2222-2222-222222222222");
  });

  it.each([
    null,
    {},
    { ...FILLED, step: "elsewhere" },
    { ...FILLED, overrides: [1] },
    { ...FILLED, mdm: "x" },
    { ...FILLED, consent: "yes" },
  ])("are not taken from a stored text of another form: %j", (value) => {
    expect(isFlowDraft(value)).toBe(false);
  });

  it("come back from storage as they were written", () => {
    expect(isFlowDraft(JSON.parse(JSON.stringify(FILLED)))).toBe(true);
  });
});

describe("reasons against sending", () => {
  it("are none when everything is filled and nothing blocks", () => {
    expect(reasonsAgainst(FILLED, DETAIL, [check({})])).toEqual([]);
  });

  it("[C09] name the missing consent", () => {
    expect(reasonsAgainst({ ...FILLED, consent: false }, DETAIL, [])).toEqual(["Tick the consent first."]);
  });

  it("wait for the checks", () => {
    expect(reasonsAgainst(FILLED, DETAIL, null)).toEqual(["Wait for the checks."]);
  });

  it("name the blocking check until it is overruled and the name typed", () => {
    const overruled = { ...FILLED, overrides: ["domainJoined"] };
    expect(reasonsAgainst(FILLED, DETAIL, [BLOCK])).toEqual(["Blocked by: Not joined to a domain."]);
    expect(reasonsAgainst(overruled, DETAIL, [BLOCK])).toEqual(["Type the machine's name first."]);
    expect(reasonsAgainst({ ...overruled, typedName: "AMS-APP-0001" }, DETAIL, [BLOCK])).toEqual([
      "Type the machine's name first.",
    ]);
    expect(reasonsAgainst({ ...overruled, typedName: "ams-app-0001" }, DETAIL, [BLOCK])).toEqual([]);
  });

  it("cannot be removed by overruling a check that may not be overruled", () => {
    const hard = check({ verdict: "block" });
    expect(reasonsAgainst({ ...FILLED, overrides: ["osBuild"], typedName: "ams-app-0001" }, DETAIL, [hard])).toEqual([
      "Blocked by: Operating system and build.",
    ]);
  });

  it("drop an override whose check no longer blocks", () => {
    expect(activeOverrides({ ...FILLED, overrides: ["domainJoined"] }, [check({ id: "domainJoined" })])).toEqual([]);
  });

  it("[C14] ask for the open points", () => {
    const ask = check({ id: "desktopExperience", verdict: "ask" });
    expect(reasonsAgainst(FILLED, DETAIL, [ask])).toEqual(["Confirm the open points in the consent first."]);
    expect(reasonsAgainst({ ...FILLED, questionsSeen: true }, DETAIL, [ask])).toEqual([]);
  });

  it("do not name a request that never left because a sign-in was not confirmed", () => {
    const waiting = detailFixture({ runningOperations: [operationFixture({ state: "planned" })] });
    expect(reasonsAgainst(initialDraft(waiting), waiting, []).join(" ")).not.toContain("Another change");
  });

  it("[B27] name the missing right, a running change and faulty values", () => {
    const reader = detailFixture({ permissions: permissionsFixture("*/read"), runningOperations: [operationFixture()] });
    expect(reasonsAgainst({ ...FILLED, extensionName: "a b", mdm: "own", ownId: "x" }, reader, [])).toEqual([
      "You lack Microsoft.HybridCompute/machines/extensions/write on this machine. The role made for it is Azure Connected Machine Resource Administrator.",
      "Another change is running on this machine.",
      "Correct the extension name first.",
      "Correct mdmId first.",
    ]);
  });
});

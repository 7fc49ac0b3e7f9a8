import { describe, expect, it } from "vitest";
import {
  type ActivationDraft,
  durationChoices,
  edited,
  emptyDraft,
  formRoles,
  fromProfile,
  isActivationDraft,
  needsOf,
  toProfile,
  withChoice,
  withRows,
} from "./activation-draft";
import { eligible, GROUP, inMinutes, MACHINE, NOW, policy } from "./elevation-fixture";

let made = 0;
const newId = () => `id-${++made}`;
const now = new Date(NOW);

function draft(rowIds: string[], part: Partial<ActivationDraft> = {}): ActivationDraft {
  return { ...withRows(emptyDraft(newId), rowIds, newId), justification: "disk full", ...part };
}

describe("what is sent for a chosen role", () => {
  it("[A26] links to its eligibility, carries the common words and the stamp of the settings that were shown", () => {
    const row = eligible("a");
    const [role] = formRoles(draft(["a"], { minutes: 60, ticketNumber: " INC1 ", ticketSystem: "ServiceNow" }), [row], now);
    expect(role?.action).toEqual({
      kind: "activate",
      id: role?.choice.id,
      eligibleScheduleId: "schedule-a",
      roleDefinitionId: row.role.definitionId,
      eligibleScope: GROUP.id,
      scope: GROUP.id,
      minutes: 60,
      startsAt: null,
      justification: "disk full",
      ticket: { number: "INC1", system: "ServiceNow" },
      policyStamp: "stamp-1",
    });
    expect(role?.problems).toEqual([]);
  });

  it("never asks for longer than the role's own settings allow, and asks for all of it when told so", () => {
    const rows = [
      eligible("a", { policy: policy({ maxMinutes: 240 }) }),
      eligible("b", { policy: policy({ maxMinutes: null }) }),
    ];
    const minutes = (wanted: number | null) =>
      formRoles(draft(["a", "b"], { minutes: wanted }), rows, now).map(({ action }) => action.minutes);
    expect(minutes(240)).toEqual([240, 240]);
    expect(minutes(241)).toEqual([240, 241]);
    expect(minutes(null)).toEqual([240, 60]);
  });

  it("lets one role differ: narrower, shorter, with words and a ticket of its own", () => {
    const own = { minutes: 30, justification: "only here", ticketNumber: "CHG2", scope: MACHINE };
    const form = withChoice(draft(["a", "b"], { minutes: 60, ticketNumber: "INC1" }), "b", own, newId);
    const [a, b] = formRoles(form, [eligible("a"), eligible("b")], now);
    expect(a?.action).toMatchObject({ minutes: 60, scope: GROUP.id, ticket: { number: "INC1" } });
    expect(b?.action).toMatchObject({ minutes: 30, scope: MACHINE.id, eligibleScope: GROUP.id, justification: "only here" });
    expect(b?.action.ticket).toEqual({ number: "CHG2", system: "" });
  });

  it("reads the start as UTC, and finds one that has passed", () => {
    const at = (startsAt: string) => formRoles(draft(["a"], { startsAt }), [eligible("a")], now)[0];
    expect(at("2026-11-21T13:30")?.action.startsAt).toBe("2026-11-21T13:30:00.000Z");
    expect(at("2026-11-21T11:30")?.problems.map(({ id }) => id)).toEqual(["startInPast"]);
  });

  it("checks each role against its own settings", () => {
    const rows = [eligible("a"), eligible("b", { policy: policy({ ticket: true }) })];
    const found = formRoles(draft(["a", "b"], { justification: " " }), rows, now).map(({ problems }) =>
      problems.map(({ id }) => id),
    );
    expect(found).toEqual([["justificationMissing"], ["justificationMissing", "ticketMissing"]]);
  });

  it("leaves out a role that is not listed any more", () => {
    expect(formRoles(draft(["a", "gone"]), [eligible("a")], now).map(({ row }) => row.id)).toEqual(["a"]);
  });
});

describe("the ids of a form", () => {
  it("stay while it is filled in, and after an attempt until something is changed", () => {
    const form = draft(["a"]);
    expect(edited(form, { justification: "x" }, newId)).toMatchObject({ batchId: form.batchId, choices: form.choices });
    const attempted = { ...form, attempted: true };
    const changed = edited(attempted, { justification: "x" }, newId);
    expect(changed.batchId).not.toBe(form.batchId);
    expect(changed.choices[0]?.id).not.toBe(form.choices[0]?.id);
    expect(changed.attempted).toBe(false);
  });

  it("keep what was filled in for a role that stays chosen", () => {
    const form = withChoice(draft(["a"]), "a", { minutes: 30 }, newId);
    expect(withRows(form, ["a", "b"], newId).choices.map(({ minutes }) => minutes)).toEqual([30, null]);
  });
});

it("offers times up to the longest maximum, and each role's own maximum among them", () => {
  const with90 = eligible("a", { policy: policy({ maxMinutes: 90 }) });
  expect(durationChoices([with90])).toEqual([30, 60, 90]);
  expect(durationChoices([with90, eligible("b")])).toEqual([30, 60, 90, 120, 240, 480]);
  expect(durationChoices([eligible("c", { policy: policy({ maxMinutes: null }) })]).at(-1)).toBe(1_440);
});

it("says beforehand what sending will ask for: each sign-in strength once, second factors, approvals", () => {
  const approval = {
    required: true,
    requiredForExtension: false,
    mode: "SingleStage",
    approvers: [],
    approverReasonRequired: true,
  };
  const rows = [
    eligible("a", { policy: policy({ authenticationContext: "c1", mfa: true }) }),
    eligible("b", { policy: policy({ authenticationContext: "c1", approval }) }),
    eligible("c", { policy: policy({ authenticationContext: "c2" }) }),
    eligible("d", { policy: policy({ mfa: true }) }),
  ];
  expect(needsOf(formRoles(draft(["a", "b", "c", "d"]), rows, now))).toEqual({
    contexts: [
      { context: "c1", count: 2 },
      { context: "c2", count: 1 },
    ],
    approval: 1,
    mfa: 1,
  });
});

describe("a saved form", () => {
  const rows = [eligible("a"), eligible("b"), eligible("c", { activeId: "now" })];
  const form = withChoice(
    draft(["a", "b"], { minutes: 60, ticketNumber: "INC1", ticketSystem: "ServiceNow", startsAt: "2026-11-21T13:30" }),
    "b",
    { minutes: 30, justification: "only here", scope: MACHINE },
    newId,
  );
  const saved = toProfile(form, formRoles(form, rows, now), "Patch night", "p1");

  it("keeps roles, scopes, times and words, but no ticket number and no start", () => {
    expect(JSON.stringify(saved)).not.toMatch(/INC1|13:30/);
    expect(saved.items.map(({ scope, minutes }) => [scope, minutes])).toEqual([
      [GROUP.id, 60],
      [MACHINE.id, 30],
    ]);
  });

  it("comes back as the same requests under new ids", () => {
    const again = fromProfile(saved, rows, newId);
    expect(again.missing).toBe(0);
    const actions = formRoles(again.draft, rows, now).map(({ action }) => action);
    expect(actions.map(({ scope, minutes, justification }) => [scope, minutes, justification])).toEqual([
      [GROUP.id, 60, "disk full"],
      [MACHINE.id, 30, "only here"],
    ]);
    expect(actions.map(({ id }) => id)).not.toContain(form.choices[0]?.id);
  });

  it("leaves out, and counts, what is active, waiting or gone", () => {
    const now2 = [eligible("a", { activeId: "x" }), eligible("b", { pendingRequestId: "y" })];
    expect(fromProfile(saved, now2, newId)).toMatchObject({ draft: { choices: [] }, missing: 2 });
  });
});

it("takes back from the tab's memory only what is a form", () => {
  const form = draft(["a"]);
  expect(isActivationDraft(JSON.parse(JSON.stringify(form)))).toBe(true);
  for (const other of [null, "x", {}, { ...form, choices: [{}] }, { ...form, minutes: "60" }, { ...form, attempted: 1 }]) {
    expect(isActivationDraft(other)).toBe(false);
  }
  expect(inMinutes(0)).toBe(NOW);
});

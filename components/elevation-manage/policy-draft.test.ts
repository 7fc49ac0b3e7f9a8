import { expect, it } from "vitest";
import { EXAMPLE_SETTINGS, withActivation } from "@/lib/domain/elevation/manage/manage-fixture";
import { policyDifferences } from "@/lib/domain/elevation/manage/policy-settings";
import { draftOf, type PolicyDraft, settingsFrom } from "./policy-draft";

function typed(patch: Partial<PolicyDraft>) {
  return settingsFrom({ ...draftOf(EXAMPLE_SETTINGS), ...patch }, EXAMPLE_SETTINGS);
}

it("changes nothing when nothing was typed", () => {
  const answer = typed({});
  expect(answer.ok && policyDifferences(EXAMPLE_SETTINGS, answer.settings)).toEqual([]);
});

it.each([
  ["0.5", 30],
  ["1,5", 90],
  ["24", 1_440],
])("reads %s hours as %i minutes", (maxHours, minutes) => {
  const answer = typed({ maxHours });
  expect(answer.ok && answer.settings.activation.maxMinutes).toBe(minutes);
});

it.each(["0.4", "24.1", "eight", "-1"])("does not take %s hours", (maxHours) => {
  expect(typed({ maxHours })).toEqual({ ok: false, fields: ["maxHours"] });
});

it("names every field that cannot be read", () => {
  expect(typed({ context: "c100", eligibleDays: "x", activeDays: "3651" })).toEqual({
    ok: false,
    fields: ["context", "eligibleDays", "activeDays"],
  });
});

it("keeps what the form does not show", () => {
  const before = withActivation({ approval: { requiredForExtension: true, mode: "Serial" } });
  const answer = settingsFrom({ ...draftOf(before), ticket: true }, before);
  expect(answer.ok && answer.settings.activation.approval).toEqual(before.activation.approval);
});

it("sends only the mail that was changed, with its addresses apart", () => {
  const { mails } = draftOf(EXAMPLE_SETTINGS);
  const changed = mails.map((mail) =>
    mail.to === "admin" ? { ...mail, others: "soc@contoso.example; b@contoso.example" } : mail,
  );
  const answer = typed({ mails: changed });
  expect(answer.ok && answer.settings.mails).toEqual([
    { place: "eligible", to: "admin", level: "All", defaults: true, others: ["soc@contoso.example", "b@contoso.example"] },
  ]);
});

it("means no mail when none was changed", () => {
  const answer = typed({ ticket: true });
  expect(answer.ok && answer.settings.mails).toBeNull();
});

it.each(["everybody", "a@b", "a@b.example c"])("does not take %s as addresses", (others) => {
  const mails = draftOf(EXAMPLE_SETTINGS).mails.map((mail) => ({ ...mail, others }));
  expect(typed({ mails })).toEqual({ ok: false, fields: ["mails"] });
});

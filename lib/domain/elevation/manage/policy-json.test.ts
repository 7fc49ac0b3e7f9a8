import { describe, expect, it } from "vitest";
import { approver, EXAMPLE_SETTINGS, withActivation } from "./manage-fixture";
import { type PolicyFileEntry, parsePolicyFile, policyFileText } from "./policy-json";

const ENTRY: PolicyFileEntry = {
  roleId: "cd570a14-0000-4000-8000-000000000001",
  roleName: "Resource Administrator",
  scope: "/subscriptions/00000000-0000-4000-8000-000000000001",
  settings: withActivation({ authenticationContext: "c1", approval: { required: true, approvers: [approver("a", "Ada")] } }),
};
const text = () => policyFileText([ENTRY], "2026-11-21T12:00:00Z");

/** Problems of the file with one thing changed in it. */
function problemsAfter(change: (file: Record<string, unknown>, first: Record<string, never>) => void): string[] {
  const file = JSON.parse(text()) as Record<string, unknown>;
  const [first] = file.policies as Record<string, never>[];
  change(file, first ?? {});
  const answer = parsePolicyFile(JSON.stringify(file));
  return answer.ok ? [] : answer.problems.map(({ at, id }) => `${at} ${id}`);
}

describe("policy files", () => {
  it("come back as they went out", () => {
    const answer = parsePolicyFile(text());
    expect(answer).toEqual({ ok: true, file: expect.objectContaining({ policies: [ENTRY] }) });
  });

  it("are the same text for the same policies, whatever the order of keys", () => {
    const { settings, ...rest } = ENTRY;
    const { active, eligible, activation, mails } = settings;
    expect(policyFileText([{ settings: { mails, active, activation, eligible }, ...rest }], "2026-11-21T12:00:00Z")).toBe(text());
  });

  it("of an earlier export name no mails, and mean none", () => {
    const { mails: _, ...settings } = EXAMPLE_SETTINGS;
    const raw = { ...(JSON.parse(text()) as object), policies: [{ ...ENTRY, settings }] };
    const answer = parsePolicyFile(JSON.stringify(raw));
    expect(answer.ok && answer.file.policies[0]?.settings).toEqual({ ...settings, mails: null });
  });

  it("name where a mail is wrong", () => {
    const mail = { place: "activation", to: "admin", level: "All", defaults: true, others: [] };
    expect(
      problemsAfter((file) => {
        const mails = [mail, { ...mail, to: "everybody", others: [1] }, { ...mail, cc: "x" }];
        file.policies = [{ ...ENTRY, settings: { ...EXAMPLE_SETTINGS, mails } }];
      }),
    ).toEqual([
      "policies[0].settings.mails[1].to type",
      "policies[0].settings.mails[1].others type",
      "policies[0].settings.mails[2].cc unknownKey",
    ]);
  });

  it("name where a value is wrong", () => {
    expect(
      problemsAfter((file) => {
        file.policies = [{ ...ENTRY, roleId: "Owner", settings: { ...EXAMPLE_SETTINGS, eligible: { endRequired: "yes" } } }];
      }),
    ).toEqual([
      "policies[0].roleId type",
      "policies[0].settings.eligible.endRequired type",
      "policies[0].settings.eligible.maxMinutes missing",
      "policies[0].settings.eligible.justification missing",
      "policies[0].settings.eligible.ticket missing",
      "policies[0].settings.eligible.mfa missing",
    ]);
  });

  it("are refused when they are no JSON, of another form, or hold a key that is not known", () => {
    expect(parsePolicyFile("{")).toEqual({ ok: false, problems: [{ at: "", id: "notJson" }] });
    expect(
      problemsAfter((file) => {
        file.format = "other/1";
      }),
    ).toEqual(["file.format format"]);
    expect(
      problemsAfter((file) => {
        file.extra = 1;
      }),
    ).toEqual(["file.extra unknownKey"]);
  });

  it("are refused when a pair comes twice, by scope without case", () => {
    expect(
      problemsAfter((file) => {
        file.policies = [ENTRY, { ...ENTRY, scope: ENTRY.scope.toUpperCase() }];
      }),
    ).toEqual(["policies[1] twice"]);
  });

  it("are refused when minutes are no whole number or more than ten years", () => {
    const withMax = (maxMinutes: unknown) =>
      problemsAfter((file) => {
        file.policies = [{ ...ENTRY, settings: { ...ENTRY.settings, active: { ...EXAMPLE_SETTINGS.active, maxMinutes } } }];
      });
    const at = "policies[0].settings.active.maxMinutes";
    expect([5_256_000, 5_256_001, 1.5, -1].map(withMax)).toEqual([[], [`${at} range`], [`${at} type`], [`${at} type`]]);
  });

  it.each(["c0", "c100", "x1", 1])("are refused with the authentication context %s", (context) => {
    const settings = JSON.parse(JSON.stringify(ENTRY.settings)) as { activation: Record<string, unknown> };
    settings.activation.authenticationContext = context;
    expect(
      problemsAfter((file) => {
        file.policies = [{ ...ENTRY, settings }];
      }),
    ).toEqual(["policies[0].settings.activation.authenticationContext type"]);
  });
});

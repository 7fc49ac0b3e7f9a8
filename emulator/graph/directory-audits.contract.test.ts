import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type LocalClient, type Reply } from "../conformance/local-client.ts";
import { createWireJudge, scoreLine } from "../conformance/wire-judge.ts";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { ADA, ANTON, HOUR, OPERATOR, OPERATOR_ID, PIM, pimTestClient, propertiesOf, sub } from "../pim/test-support.ts";
import { ROLE_IDS } from "../world/roles.ts";

let local: LocalAzure;
let ada: LocalClient;
const pim = pimTestClient(() => local);
const DAY = 24 * HOUR;

beforeAll(async () => {
  local = await startLocalAzure({ machines: 25, options: { enforceQuotas: false, recordBodyChars: 4_000_000 } });
  ada = await clientOf(local, ADA);
});
afterAll(() => local.close());

type Row = {
  id: string;
  activityDateTime: string;
  activityDisplayName: string;
  result: string;
  additionalDetails: { key: string; value: string }[];
};
const rowsOf = (reply: Reply): Row[] => reply.json.value as Row[];
const read = (query: string, client = ada): Promise<Reply> => client.graph("GET", `/v1.0/auditLogs/directoryAudits${query}`);
const about = async (name: unknown): Promise<string[]> => {
  const filter = encodeURIComponent(`loggedByService eq 'PIM' and targetResources/any(t: t/id eq '${String(name)}')`);
  return rowsOf(await read(`?$filter=${filter}`)).map((row) => row.activityDisplayName);
};

describe("the directory's audit log", () => {
  it("[A29] tells an activation from the request to its end, with the reason", async () => {
    const over = { justification: "Patch window", ticketInfo: { ticketNumber: "CHG-1", ticketSystem: "ServiceNow" } };
    const made = await pim.put(sub("sandbox"), ROLE_IDS.contributor, over);
    const { name } = made.body;
    expect((await about(name)).sort()).toEqual([
      "Add member to role completed (PIM activation)",
      "Add member to role requested (PIM activation)",
    ]);
    local.clock.advance(HOUR);
    expect((await about(name))[0]).toBe("Remove member from role (PIM activation expired)");
    const [row] = rowsOf(await read(`?$filter=${encodeURIComponent(`initiatedBy/user/id eq '${OPERATOR_ID}'`)}&$top=1`));
    const facts = Object.fromEntries((row?.additionalDetails ?? []).map(({ key, value }) => [key, value]));
    expect(facts).toMatchObject({
      Justification: "Patch window",
      TicketNumber: "CHG-1",
      TicketSystem: "ServiceNow",
      RequestId: name,
    });
  });

  it("tells a decision and who made it", async () => {
    const made = await pim.put(sub("prodEu1"), ROLE_IDS.contributor, { justification: "why" });
    await pim.decide(String(propertiesOf(made).approvalId), ANTON, { reviewResult: "Deny", justification: "Not today" });
    const filter = encodeURIComponent(
      `initiatedBy/user/userPrincipalName eq '${ANTON}' and startswith(activityDisplayName,'Add member')`,
    );
    const rows = rowsOf(await read(`?$filter=${filter}`));
    expect(rows.map((row) => [row.activityDisplayName, row.result])).toContainEqual([
      "Add member to role request denied (PIM activation)",
      "failure",
    ]);
  });

  it("tells a request that nobody decided", async () => {
    const made = await pim.put(sub("prodEu2"), ROLE_IDS.contributor, { justification: "why" });
    local.clock.advance(DAY);
    expect((await about(made.body.name))[0]).toBe("Add member to role approval expired (PIM activation)");
  });

  it("comes newest first, in pages, by time and by id", async () => {
    const whole = rowsOf(await read(""));
    const times = whole.map((row) => row.activityDateTime);
    expect(times).toEqual(times.toSorted().reverse());
    const first = await read("?$top=3");
    const second = await ada.graph("GET", String(first.json["@odata.nextLink"]));
    expect([...rowsOf(first), ...rowsOf(second)].slice(0, 5).map((row) => row.id)).toEqual(
      whole.slice(0, 5).map((row) => row.id),
    );
    const since = new Date(local.clock.nowMs() - HOUR).toISOString();
    const recent = rowsOf(await read(`?$filter=${encodeURIComponent(`activityDateTime ge ${since}`)}`));
    expect(recent.every((row) => row.activityDateTime >= since)).toBe(true);
    expect((await read(`/${whole[0]?.id}`)).json.id).toBe(whole[0]?.id);
    expect((await read("/nothing")).status).toBe(404);
    expect((await read("?$orderby=result")).status).toBe(400);
  });

  it("forgets what is older than 30 days, and so does the activity log of PIM, not of others", async () => {
    const made = await pim.put(sub("sandbox"), ROLE_IDS.contributor);
    const at = local.clock.nowMs();
    const operations = async (): Promise<string[]> => {
      const from = new Date(at - HOUR).toISOString();
      const query = `$filter=${encodeURIComponent(`eventTimestamp ge '${from}'`)}`;
      const path = `${sub("sandbox")}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&${query}`;
      const { json } = await ada.arm("GET", path);
      return (json.value as { operationName: { value: string } }[]).map((row) => row.operationName.value);
    };
    const request = "Microsoft.Authorization/roleAssignmentScheduleRequests/write";
    expect(await operations()).toEqual(expect.arrayContaining([request, "Microsoft.Authorization/roleAssignments/write"]));
    expect(await operations()).not.toContain("Microsoft.Authorization/roleAssignments/delete");
    local.clock.advance(30 * DAY - 2_000);
    expect(await about(made.body.name)).toHaveLength(3);
    expect(await operations()).toContain("Microsoft.Authorization/roleAssignments/delete");
    local.clock.advance(2_000);
    expect(await about(made.body.name)).toEqual(["Remove member from role (PIM activation expired)"]);
    expect(await operations()).not.toContain(request);
    expect(await operations()).toContain("Microsoft.Authorization/roleAssignments/write");
  });

  it("is open to people with a directory role that reads it", async () => {
    const answer = await read("", await clientOf(local, OPERATOR));
    expect([answer.status, answer.json.error]).toMatchObject([403, { code: "Authorization_RequestDenied" }]);
  });

  it("fits the official description, and contexts have names", async () => {
    const contexts = await ada.graph("GET", "/v1.0/identity/conditionalAccess/authenticationContextClassReferences");
    expect(contexts.json.value).toContainEqual(
      expect.objectContaining({ id: "c1", displayName: "Strong sign-in", isAvailable: true }),
    );
    const report = await (await createWireJudge()).judge(
      local.instance.recorder.list({}).exchanges.filter((row) => !row.url.includes(PIM)),
    );
    process.stdout.write(`${scoreLine("directory audits", report)}\n`);
    expect([report.requestErrors, report.responseErrors]).toEqual([[], []]);
  });
});

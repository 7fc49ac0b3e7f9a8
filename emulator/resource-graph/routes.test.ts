import { describe, expect, it } from "vitest";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "../world/types.ts";
import { callerOf, createTestContext, query, refusedQuery, TEST_NOW_MS } from "./test-support.ts";

const MACHINES = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name | order by id asc";

function names(rows: Record<string, unknown>[]): unknown[] {
  return rows.map((row) => row.name);
}

describe("paging", () => {
  it("follows skip tokens through every row once, in order", async () => {
    const ctx = createTestContext(60);
    const caller = callerOf(ctx, "ada");
    const all = await query(ctx, caller, { query: MACHINES });
    const seen: unknown[] = [];
    let token: string | undefined;
    do {
      const page = await query(ctx, caller, { query: MACHINES, options: { $top: 7, ...(token ? { $skipToken: token } : {}) } });
      expect(page.totalRecords).toBe(60);
      expect(page.resultTruncated).toBe("false");
      seen.push(...names(page.data));
      token = page.$skipToken;
    } while (token);
    expect(seen).toEqual(names(all.data));
    expect(new Set(seen).size).toBe(60);
  });

  it("may give pages below $top, each with a token until the end", async () => {
    const ctx = createTestContext(40);
    ctx.options.resourceGraphPageSizes = [3, 11];
    const caller = callerOf(ctx, "ada");
    const first = await query(ctx, caller, { query: MACHINES, options: { $top: 10 } });
    const second = await query(ctx, caller, { query: MACHINES, options: { $top: 10, $skipToken: first.$skipToken } });
    expect([first.count, second.count]).toEqual([3, 10]);
  });

  it("finds the place again after the held result was lost to a change of the world", async () => {
    const ctx = createTestContext(40);
    const caller = callerOf(ctx, "ada");
    const first = await query(ctx, caller, { query: MACHINES, options: { $top: 15 } });
    ctx.world.revision += 1;
    const second = await query(ctx, caller, { query: MACHINES, options: { $top: 15, $skipToken: first.$skipToken } });
    const all = await query(ctx, caller, { query: MACHINES });
    expect([...names(first.data), ...names(second.data)]).toEqual(names(all.data).slice(0, 30));
  });

  it("refuses a token with another query, another caller, or changed", async () => {
    const ctx = createTestContext(40);
    const ada = callerOf(ctx, "ada");
    const { $skipToken = "" } = await query(ctx, ada, { query: MACHINES, options: { $top: 5 } });
    const other = await refusedQuery(ctx, ada, { query: `${MACHINES} `, options: { $skipToken } });
    const stolen = await refusedQuery(ctx, callerOf(ctx, "rene"), { query: MACHINES, options: { $skipToken } });
    const changed = await refusedQuery(ctx, ada, { query: MACHINES, options: { $skipToken: $skipToken.slice(4) } });
    expect([other.status, stolen.status, changed.status]).toEqual([400, 400, 400]);
    expect(other.body.error.details[0]?.code).toBe("InvalidSkipToken");
  });

  it("cuts without a token and says so when the result has no id column", async () => {
    const ctx = createTestContext(40);
    const page = await query(ctx, callerOf(ctx, "ada"), { query: "resources | project name", options: { $top: 5 } });
    expect([page.count, page.resultTruncated, page.$skipToken]).toEqual([5, "true", undefined]);
  });

  it("cuts without a token when the query limits its rows itself", async () => {
    const ctx = createTestContext(40);
    const page = await query(ctx, callerOf(ctx, "ada"), { query: "resources | project id | limit 20", options: { $top: 5 } });
    expect([page.totalRecords, page.count, page.resultTruncated, page.$skipToken]).toEqual([20, 5, "true", undefined]);
  });

  it("keeps the page size of the first request when a later one leaves $top out", async () => {
    const ctx = createTestContext(40);
    const caller = callerOf(ctx, "ada");
    const first = await query(ctx, caller, { query: MACHINES, options: { $top: 3 } });
    const second = await query(ctx, caller, { query: MACHINES, options: { $skipToken: first.$skipToken } });
    expect([second.count, second.totalRecords]).toEqual([3, 40]);
  });

  it("starts at $skip", async () => {
    const ctx = createTestContext(40);
    const caller = callerOf(ctx, "ada");
    const all = await query(ctx, caller, { query: MACHINES });
    const page = await query(ctx, caller, { query: MACHINES, options: { $skip: 38 } });
    expect(names(page.data)).toEqual(names(all.data).slice(38));
  });
});

describe("rows", () => {
  it("lower-cases types and groups, and keeps the case of ids", async () => {
    const ctx = createTestContext(40);
    const { data } = await query(ctx, callerOf(ctx, "ada"), { query: "resources | where name == 'ams-app-0001'" });
    expect(data[0]).toMatchObject({
      type: "microsoft.hybridcompute/machines",
      tenantId: CONTOSO_TENANT_ID,
      managedBy: "",
      sku: null,
    });
    expect(data[0]?.id).toContain("/resourceGroups/");
    expect(Object.keys(data[0] ?? {}).slice(0, 12)).toEqual([
      ...[
        "id",
        "name",
        "type",
        "tenantId",
        "kind",
        "location",
        "resourceGroup",
        "subscriptionId",
        "managedBy",
        "sku",
        "plan",
        "properties",
      ],
    ]);
  });

  it("shows extensions as rows of their own under the id of their machine", async () => {
    const ctx = createTestContext(40);
    const { data } = await query(ctx, callerOf(ctx, "ada"), {
      query:
        "resources | where type =~ 'microsoft.hybridcompute/machines/extensions' | project id, machine = tostring(split(id, '/')[8]), t = tostring(properties.type)",
    });
    const spec = ctx.world.machines.find((machine) => machine.extensions !== null);
    expect(data.map((row) => row.machine)).toContain(spec?.name);
    expect(data.every((row) => row.t !== "")).toBe(true);
  });

  it("counts the statuses of the fleet by the clock", async () => {
    const ctx = createTestContext(40);
    const text = "resources | where type =~ 'microsoft.hybridcompute/machines' and properties.status == 'Expired' | count";
    const before = await query(ctx, callerOf(ctx, "ada"), { query: text });
    ctx.clock.advance(90 * 86_400_000);
    ctx.world.settle(ctx.clock.nowMs());
    const after = await query(ctx, callerOf(ctx, "ada"), { query: text });
    expect(Number(after.data[0]?.Count)).toBeGreaterThan(Number(before.data[0]?.Count));
  });

  it("lists subscriptions with their chain of management groups, nearest first", async () => {
    const ctx = createTestContext(40);
    const { data } = await query(ctx, callerOf(ctx, "ada"), {
      query:
        "ResourceContainers | where type =~ 'microsoft.resources/subscriptions' | project id, name, chain = properties.managementGroupAncestorsChain",
    });
    expect(data.length).toBe(ctx.world.subscriptions.filter((row) => row.tenantId === CONTOSO_TENANT_ID).length);
    const chain = data[0]?.chain as { name: string }[];
    expect(chain.at(-1)?.name).toBe(CONTOSO_TENANT_ID);
  });

  it("answers tables with typed columns", async () => {
    const ctx = createTestContext(40);
    const page = await query(ctx, callerOf(ctx, "ada"), {
      query:
        "resources | where name == 'ams-app-0001' | project id, tags, n = toint(1), at = todatetime(properties.lastStatusChange), ok = true",
      options: { resultFormat: "table" },
    });
    const { columns, rows } = page.data as unknown as { columns: { name: string; type: string }[]; rows: unknown[][] };
    expect(columns.map((column) => column.type)).toEqual(["string", "object", "integer", "datetime", "boolean"]);
    expect(rows[0]?.[2]).toBe(1);
  });
});

describe("access", () => {
  const count =
    "resources | where type =~ 'microsoft.hybridcompute/machines' | summarize n = count() by resourceGroup, subscriptionId";

  it("shows a guest with one resource group that group and nothing else, without an error", async () => {
    const ctx = createTestContext(60);
    const { data } = await query(ctx, callerOf(ctx, "gus"), { query: count });
    expect(new Set(data.map((row) => row.resourceGroup))).toEqual(new Set(["rg-shared-tools"]));
  });

  it("shows a person without rights an empty result, without an error", async () => {
    const ctx = createTestContext(60);
    const answer = await query(ctx, callerOf(ctx, "nora"), { query: count });
    expect([answer.totalRecords, answer.data]).toEqual([0, []]);
  });

  it("shows a contributor of one subscription only that subscription", async () => {
    const ctx = createTestContext(60);
    const { data } = await query(ctx, callerOf(ctx, "wade"), { query: count });
    expect(new Set(data.map((row) => row.subscriptionId)).size).toBe(1);
  });

  it("shows a machine to someone whose role stands on that machine alone", async () => {
    const ctx = createTestContext(60);
    const [spec] = ctx.world.machines;
    const template = ctx.world.roleAssignments.find((row) => row.principalId === callerOf(ctx, "rene").objectId);
    if (!spec || !template) throw new Error("the world holds a machine and the reader's assignment");
    const scope = `/subscriptions/${spec.subscriptionId}/resourceGroups/${spec.resourceGroup}/providers/Microsoft.HybridCompute/machines/${spec.name}`;
    const nora = callerOf(ctx, "nora");
    ctx.world.roleAssignments.push({ ...template, name: "direct", scope, principalId: nora.objectId });
    const { data } = await query(ctx, nora, {
      query: "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name",
    });
    expect(names(data)).toEqual([spec.name]);
  });

  it("keeps tenants apart", async () => {
    const ctx = createTestContext(60);
    const fiona = callerOf(ctx, "fiona", { tenantId: FABRIKAM_TENANT_ID });
    const { data } = await query(ctx, fiona, { query: MACHINES });
    expect(data.length).toBeGreaterThan(0);
    expect(names(data).every((name) => String(name).startsWith("fab-"))).toBe(true);
  });

  it("does not ask for rights once per row", async () => {
    const ctx = createTestContext(250);
    let asked = 0;
    const { isAllowed } = ctx;
    ctx.isAllowed = (...args) => {
      asked += 1;
      return isAllowed(...args);
    };
    await query(ctx, callerOf(ctx, "ada"), { query: MACHINES });
    expect(asked).toBeLessThanOrEqual(ctx.world.subscriptions.length);
  });
});

describe("scope", () => {
  it("looks only at the subscriptions named", async () => {
    const ctx = createTestContext(60);
    const subscription = ctx.world.machines[0]?.subscriptionId ?? "";
    const { data } = await query(ctx, callerOf(ctx, "ada"), {
      query: "resources | distinct subscriptionId",
      subscriptions: [subscription.toUpperCase()],
    });
    expect(data).toEqual([{ subscriptionId: subscription }]);
  });

  it("looks at every subscription below a management group", async () => {
    const ctx = createTestContext(60);
    const whole = await query(ctx, callerOf(ctx, "ada"), { query: MACHINES, managementGroups: [CONTOSO_TENANT_ID] });
    expect(whole.totalRecords).toBe(60);
  });

  it("refuses subscriptions that do not exist", async () => {
    const ctx = createTestContext(40);
    const { status, body } = await refusedQuery(ctx, callerOf(ctx, "ada"), {
      query: MACHINES,
      subscriptions: ["00000000-0000-0000-0000-000000000000"],
    });
    expect([status, body.error.details[0]?.code]).toEqual([400, "NoValidSubscriptionsInQueryRequest"]);
  });

  it("denies a list in which the caller can read nothing", async () => {
    const ctx = createTestContext(40);
    const subscription = ctx.world.machines[0]?.subscriptionId;
    const { status, body } = await refusedQuery(ctx, callerOf(ctx, "nora"), { query: MACHINES, subscriptions: [subscription] });
    expect([status, body.error.code]).toEqual([403, "AccessDenied"]);
  });

  it("denies an unknown management group", async () => {
    const ctx = createTestContext(40);
    const { status } = await refusedQuery(ctx, callerOf(ctx, "ada"), { query: MACHINES, managementGroups: ["nowhere"] });
    expect(status).toBe(403);
  });

  it("includes inherited role assignments only when authorizationScopeFilter asks for them", async () => {
    const ctx = createTestContext(40);
    const subscriptions = [ctx.world.machines[0]?.subscriptionId];
    const text =
      "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, scope = tolower(tostring(properties.scope))";
    const run = async (authorizationScopeFilter: string) => {
      const { data } = await query(ctx, callerOf(ctx, "ada"), {
        query: text,
        subscriptions,
        options: { authorizationScopeFilter },
      });
      return data.map((row) => String(row.scope));
    };
    const [below, around, above] = [
      await run("AtScopeAndBelow"),
      await run("AtScopeAboveAndBelow"),
      await run("AtScopeAndAbove"),
    ];
    expect(below.every((scope) => scope.startsWith("/subscriptions/"))).toBe(true);
    expect(around.some((scope) => scope.includes("/managementgroups/"))).toBe(true);
    expect(above.some((scope) => scope.includes("/resourcegroups/"))).toBe(false);
    expect(around.length).toBeGreaterThan(below.length);
  });
});

describe("facets", () => {
  it("counts over the whole result, not over the page", async () => {
    const ctx = createTestContext(60);
    const answer = await query(ctx, callerOf(ctx, "ada"), {
      query: MACHINES.replace("id, name", "id, name, location"),
      options: { $top: 5 },
      facets: [{ expression: "location", options: { sortOrder: "desc", $top: 2 } }],
    });
    const [facet] = answer.facets;
    expect(facet).toMatchObject({ expression: "location", resultType: "FacetResult", count: 2 });
    const counts = ((facet?.data ?? []) as { count: number }[]).map((row) => row.count);
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts[0]).toBeGreaterThanOrEqual(counts[1] ?? 0);
  });

  it("answers an unknown column as an error of the facet alone", async () => {
    const ctx = createTestContext(40);
    const answer = await query(ctx, callerOf(ctx, "ada"), { query: MACHINES, facets: [{ expression: "nonExistingColumn" }] });
    expect(answer.facets[0]).toEqual({
      expression: "nonExistingColumn",
      errors: [
        { code: "NoValidColumns", message: "No valid columns in facet expression." },
        { code: "InvalidColumnNames", message: "Invalid column names: [nonExistingColumn]." },
      ],
      resultType: "FacetError",
    });
  });

  it("counts only what the filter of the facet lets through", async () => {
    const ctx = createTestContext(40);
    const answer = await query(ctx, callerOf(ctx, "ada"), {
      query: MACHINES,
      facets: [{ expression: "name", options: { filter: "name == 'ams-app-0001'" } }],
    });
    expect(answer.facets[0]).toMatchObject({ totalRecords: 1, data: [{ name: "ams-app-0001", count: 1 }] });
  });
});

describe("lag", () => {
  it("hides a write until the index is rebuilt", async () => {
    const ctx = createTestContext(40);
    ctx.options.resourceGraphLagMs = 60_000;
    const caller = callerOf(ctx, "ada");
    const spec = ctx.world.machines.find((machine) => machine.extensions?.has("aadlogin"));
    const extension = spec?.extensions?.get("aadlogin");
    if (!spec || !extension) throw new Error("one machine has the extension");
    const text = `resources | where type endswith 'extensions' and id contains '${spec.name}/' and name =~ 'aadlogin' | project id, s = tostring(properties.provisioningState)`;
    const state = async () => (await query(ctx, caller, { query: text })).data[0]?.s;
    const before = await state();
    extension.provisioningState = "Updating";
    expect(await state()).toBe(before);
    ctx.clock.set(TEST_NOW_MS + 60_000);
    expect(await state()).toBe("Updating");
  });
});

describe("bad requests", () => {
  it.each([
    [{}, "query"],
    [{ query: 5 }, "query"],
    [{ query: MACHINES, options: { $top: 1001 } }, "options.$top"],
    [{ query: MACHINES, options: { $top: 0 } }, "options.$top"],
    [{ query: MACHINES, options: { resultFormat: "csv" } }, "options.resultFormat"],
    [{ query: MACHINES, subscriptions: "all" }, "subscriptions"],
  ])("refuses %j and names the field", async (body, field) => {
    const ctx = createTestContext(40);
    const answer = await refusedQuery(ctx, callerOf(ctx, "ada"), body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.details[0]?.message).toContain(`'${field}'`);
  });

  it("refuses subscriptions together with management groups", async () => {
    const ctx = createTestContext(40);
    const { status } = await refusedQuery(ctx, callerOf(ctx, "ada"), {
      query: MACHINES,
      subscriptions: ["a"],
      managementGroups: ["b"],
    });
    expect(status).toBe(400);
  });

  it("answers a query it cannot parse in the form of the service", async () => {
    const ctx = createTestContext(40);
    const { status, body } = await refusedQuery(ctx, callerOf(ctx, "ada"), { query: "resources | whee" });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: "BadRequest",
      message: "Please provide below info when asking for support: timestamp = 2026-07-16T08:00:00.0000000Z, correlationId = c.",
      details: [
        { code: "InvalidQuery" },
        { code: "ParserFailure", message: "ParserFailure", line: 1, characterPositionInLine: 12, token: "whee" },
      ],
    });
  });
});

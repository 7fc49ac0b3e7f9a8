import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "./support/fixtures.ts";

/** Every route of the portal's API with the methods it takes. A new route belongs here, or the last test fails. */
const MACHINE = "/api/machines/{subscription}/{group}/{name}";
const ROUTES: { method: string; path: string; body: boolean; stream?: boolean }[] = [
  { method: "GET", path: "/api/session", body: false },
  { method: "GET", path: "/api/fleet", body: false, stream: true },
  { method: "GET", path: MACHINE, body: false },
  { method: "PATCH", path: `${MACHINE}/identity`, body: true },
  { method: "POST", path: `${MACHINE}/sign-in/preflight`, body: true },
  { method: "POST", path: `${MACHINE}/sign-in/deployments`, body: true },
  { method: "DELETE", path: `${MACHINE}/extensions/{extension}`, body: true },
  { method: "GET", path: `${MACHINE}/access`, body: false },
  { method: "GET", path: `${MACHINE}/reach`, body: false },
  { method: "GET", path: "/api/principals", body: false },
  { method: "GET", path: "/api/access/rights", body: false },
  { method: "GET", path: "/api/access/inputs", body: false, stream: true },
  { method: "GET", path: "/api/access/findings", body: false },
  { method: "GET", path: "/api/access/roles", body: false },
  { method: "GET", path: "/api/access/used-roles", body: false },
  { method: "POST", path: "/api/access/preview", body: true },
  { method: "GET", path: "/api/access/changes", body: false },
  { method: "POST", path: "/api/access/changes", body: true },
  { method: "GET", path: "/api/access/changes/{id}", body: false },
  { method: "GET", path: "/api/elevation/manage", body: false },
  { method: "GET", path: "/api/elevation/manage/policies", body: false },
  { method: "GET", path: "/api/elevation/manage/rule", body: false },
  { method: "POST", path: "/api/elevation/manage/preview", body: true },
  { method: "GET", path: "/api/elevation/manage/changes", body: false },
  { method: "POST", path: "/api/elevation/manage/changes", body: true },
  { method: "GET", path: "/api/elevation/manage/changes/{id}", body: false },
  { method: "GET", path: "/api/operations/{id}", body: false },
  { method: "GET", path: "/api/operations/{id}/events", body: false, stream: true },
  { method: "GET", path: "/api/operations", body: false },
  { method: "GET", path: "/api/audit", body: false },
  { method: "GET", path: "/api/audit/chain", body: false },
  { method: "GET", path: "/api/audit/export", body: false, stream: true },
  { method: "GET", path: "/api/history", body: false },
  { method: "GET", path: "/api/history/chain", body: false },
  { method: "GET", path: "/api/history/export", body: false, stream: true },
  { method: "GET", path: "/api/history/on", body: false },
  { method: "GET", path: "/api/history/report", body: false },
  { method: "POST", path: "/api/history/sweep", body: false },
  { method: "GET", path: "/api/notices", body: false },
  { method: "POST", path: "/api/notices/test", body: true },
  { method: "POST", path: "/api/notices/retry", body: true },
];
const CASES = 2_000;

const hostile = fc.constantFrom(
  "",
  "%00",
  "..",
  "../../etc/passwd",
  "'; drop table audit_event; --",
  "<script>",
  "=cmd|'/c calc'!A0",
  "\u0000",
  "\u202e",
  "a".repeat(5_000),
  "00000000-0000-0000-0000-000000000000",
  "10ca1a2e-0000-4000-8000-000000000002",
);
const segment = fc.oneof(hostile, fc.string({ unit: "binary" }), fc.uuid(), fc.constant("ams-app-0001"));
const field = fc.constantFrom(
  "extensionName",
  "mdmId",
  "consent",
  "overrides",
  "typedMachineName",
  "operationId",
  "confirm",
  "changes",
  "changeSetId",
  "stamp",
  "confirmed",
  "requests",
  "setId",
  "confirmText",
  "__proto__",
  "constructor",
  "x",
);
const json = fc.oneof(
  fc.dictionary(field, fc.oneof(hostile, fc.jsonValue(), fc.constant(true), fc.uuid())).map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);
const payload = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom("{", "[[[[", "null", "{}", `"${"x".repeat(70_000)}"`, "[".repeat(60_000)) },
);
const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "",
    ),
  },
);
const queryText = fc.array(
  fc.tuple(
    fc.constantFrom("cursor", "limit", "action", "outcome", "from", "format", "snapshot", "search", "scope", "zz"),
    segment,
  ),
  { maxLength: 3 },
);
/** A route that takes no body and no name can be asked little that is wrong, and then reads all it has. */
const isBare = ({ path, body }: (typeof ROUTES)[number]) => !body && !path.includes("{");
const route = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...ROUTES.filter(isBare)) },
  { weight: 2, arbitrary: fc.constantFrom(...ROUTES.filter((each) => !isBare(each))) },
);
const request = fc.record({
  route,
  segments: fc.array(segment, { minLength: 4, maxLength: 4 }),
  payload,
  contentType,
  queryText,
});

function address(path: string, segments: string[], query: [string, string][]): string {
  let index = 0;
  const filled = path.replace(/\{\w+\}/g, () => {
    const text = segments[index] ?? "x";
    index += 1;
    // A lone surrogate has no percent-encoding; an empty or dot segment would change the path itself.
    const safe = text.toWellFormed();
    return safe === "" || safe === "." || safe === ".." ? "%20" : encodeURIComponent(safe);
  });
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value.toWellFormed().slice(0, 2_000)]),
  );
  return query.length === 0 ? filled : `${filled}?${search}`;
}

test.use({ stackOptions: { machines: 25, env: { RATE_LIMIT_PER_MINUTE: "1000000" } } });

test("no malformed request is answered with a 500, writes to Azure or leaves a trace in the audit", async ({
  stack,
  control,
}) => {
  test.setTimeout(300_000);
  const token = await control.token({ upn: "olivia.operator@contoso.example", resource: "api", capabilities: ["cp1"] });
  const auth = { authorization: `Bearer ${token}` };
  const auditTotal = async () =>
    ((await (await fetch(`${stack.portal}/api/audit`, { headers: auth })).json()) as { total: number }).total;
  const before = await auditTotal();
  const statuses = new Map<number, number>();

  await fc.assert(
    fc.asyncProperty(request, async (input) => {
      const url = address(input.route.path, input.segments, input.queryText);
      const response = await fetch(stack.portal + url, {
        method: input.route.method,
        headers: input.route.body ? { ...auth, "content-type": input.contentType } : auth,
        ...(input.route.body ? { body: input.payload } : {}),
        signal: AbortSignal.timeout(30_000),
        redirect: "manual",
      });
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (input.route.stream === true && response.ok) {
        await response.body?.cancel();
        return;
      }
      const text = await response.text();
      // Playwright keeps every `expect` as a step of its report and looks through all of them for each new one.
      assert(response.status < 500, `${response.status} ${input.route.method} ${url} -> ${text.slice(0, 300)}`);
      if (response.status >= 400 && response.headers.get("content-type")?.includes("problem+json")) {
        const problem = JSON.parse(text) as { code: string; traceId: string; detail: string; fields?: { field: string }[] };
        assert.match(problem.traceId, /^\w+$/);
        assert(problem.detail.length > 10, `${url}: ${problem.detail}`);
        if (response.status === 422 || response.status === 400) assert.notEqual(problem.fields?.[0]?.field ?? "", "", url);
      }
    }),
    { numRuns: CASES, seed: 20261121, endOnFailure: true },
  );

  console.log(
    `fuzz: ${CASES} requests, statuses ${[...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}: ${count}`)
      .join(", ")}`,
  );
  const writes = (await control.requests({ face: "arm" })).filter((exchange) => exchange.method !== "GET");
  expect(writes.map((exchange) => `${exchange.method} ${exchange.path}`)).toEqual([]);
  expect(await auditTotal()).toBe(before);
});

test("a token of another tenant, another audience, without signature or too old is refused on every route", async ({
  stack,
  control,
}) => {
  const arm = await control.token({ upn: "olivia.operator@contoso.example", resource: "arm" });
  const valid = await control.token({ upn: "olivia.operator@contoso.example", resource: "api" });
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${valid.split(".")[1]}.`;
  const tampered = `${valid.slice(0, -6)}AAAAAA`;
  for (const route of ROUTES) {
    for (const token of [arm, unsigned, tampered, "x.y.z", ""]) {
      const response = await fetch(stack.portal + route.path.replace(/\{\w+\}/g, "x"), {
        method: route.method,
        headers: { authorization: `Bearer ${token}`, ...(route.body ? { "content-type": "application/json" } : {}) },
        ...(route.body ? { body: "{}" } : {}),
      });
      assert.equal(response.status, 401, `${route.method} ${route.path}`);
      assert.match(response.headers.get("www-authenticate") ?? "", /Bearer/);
      await response.body?.cancel();
    }
  }
});

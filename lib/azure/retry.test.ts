import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { type FakeAnswer, fakeAzure } from "./fake-azure";
import { waitBeforeRetryMs } from "./retry";

const REF = { subscriptionId: "s", resourceGroup: "rg", name: "SRV01" };
const MACHINE = {
  status: 200,
  body: {
    id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/SRV01",
    name: "SRV01",
    properties: { status: "Connected" },
  },
};
const BODY = { location: "westeurope", properties: { publisher: "P", type: "T", autoUpgradeMinorVersion: true, settings: {} } };
const THROTTLED: FakeAnswer = { status: 429, body: { error: { code: "TooManyRequests", message: "slow down" } } };

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe("waitBeforeRetryMs", () => {
  it.each([
    { askedMs: 17_000, attempt: 1, random: 0, expected: 17_000 },
    { askedMs: 17_000, attempt: 1, random: 1, expected: 17_500 },
    { askedMs: 0, attempt: 1, random: 0, expected: 100 },
    { askedMs: 0, attempt: 1, random: 1, expected: 100 },
    { askedMs: null, attempt: 1, random: 0, expected: 200 },
    { askedMs: null, attempt: 1, random: 1, expected: 400 },
    { askedMs: null, attempt: 4, random: 1, expected: 3_200 },
    { askedMs: null, attempt: 12, random: 1, expected: 8_000 },
  ])("waits $expected ms when asked $askedMs at attempt $attempt with jitter $random", ({ expected, ...given }) => {
    expect(waitBeforeRetryMs(given)).toBe(expected);
  });
});

describe("a read", () => {
  const faults: [string, FakeAnswer, number][] = [
    ["429 with seconds", { ...THROTTLED, headers: { "retry-after": "2" } }, 2_000],
    ["429 with an HTTP date", { ...THROTTLED, headers: { "retry-after": "Sat, 21 Nov 2026 12:00:03 GMT" } }, 3_000],
    ["429 with zero", { ...THROTTLED, headers: { "retry-after": "0" } }, 100],
    ["429 without Retry-After", THROTTLED, 200],
    ["429 with the time in a sentence", { status: 429, text: "Please retry after '2026-11-21T12:00:07.0000000Z' UTC." }, 7_000],
    ["500", { status: 500, body: { error: { code: "InternalServerError", message: "x" } } }, 200],
    ["502 HTML", { status: 502, text: "<html>Bad Gateway</html>" }, 200],
    ["a reset connection", { fail: "reset" }, 200],
    ["silence", { fail: "silence" }, 200],
    ["a truncated body", { status: 200, text: '{"id":"/subscr' }, 200],
  ];
  it.each(faults)("is repeated after %s", async (_name, fault, wait) => {
    const azure = fakeAzure([fault, MACHINE]);
    const { machine } = await azure.clients.hybridCompute.getMachine(REF);
    expect(machine.name).toBe("SRV01");
    expect(azure.waits).toEqual([wait]);
  });

  it("survives a burst of four 503 and backs off further each time", async () => {
    const azure = fakeAzure([{ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 }, MACHINE]);
    await azure.clients.hybridCompute.getMachine(REF);
    expect(azure.waits).toEqual([200, 400, 800, 1_600]);
  });

  it("ends after five attempts with what happened", async () => {
    const azure = fakeAzure([{ status: 502, text: "<html></html>" }]);
    const error = await errorOf(azure.clients.hybridCompute.getMachine(REF));
    expect(azure.sent).toHaveLength(5);
    expect(error.code).toBe("upstream");
    expect(error.azure?.status).toBe(502);
    expect(error.message).toContain("HTML page");
  });

  it("does not wait longer than its budget and hands Azure's wish on", async () => {
    const azure = fakeAzure([{ ...THROTTLED, headers: { "retry-after": "600" } }]);
    const error = await errorOf(azure.clients.hybridCompute.getMachine(REF));
    expect(azure.waits).toEqual([]);
    expect(error.code).toBe("throttled");
    expect(error.azure?.retryAfterSeconds).toBe(600);
  });

  it.each([
    ["silence", { fail: "silence" }, "Portal.NoAnswerInTime"],
    ["a reset", { fail: "reset" }, "Portal.ConnectionLost"],
    ["a truncated body", { status: 200, text: '{"id":' }, "Portal.AnswerNotReadable"],
  ] as [string, FakeAnswer, string][])("that only meets %s ends as upstream with its own code", async (_name, fault, code) => {
    const error = await errorOf(fakeAzure([fault]).clients.hybridCompute.getMachine(REF));
    expect(error.code).toBe("upstream");
    expect(error.azure?.code).toBe(code);
  });

  it("is not repeated after a refusal", async () => {
    const azure = fakeAzure([{ status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } }]);
    const error = await errorOf(azure.clients.hybridCompute.getMachine(REF));
    expect(error.code).toBe("forbidden");
    expect(azure.sent).toHaveLength(1);
  });

  it("never follows a redirect", async () => {
    const azure = fakeAzure([{ status: 302, headers: { location: "https://evil.example/" } }]);
    const error = await errorOf(azure.clients.hybridCompute.getMachine(REF));
    expect(error.azure?.code).toBe("Portal.RedirectRefused");
    expect(azure.sent).toHaveLength(1);
  });

  it("ends with the caller's own reason when the caller leaves", async () => {
    const controller = new AbortController();
    const reason = new Error("browser closed");
    const azure = fakeAzure(() => {
      controller.abort(reason);
      return { fail: "silence" };
    });
    await expect(azure.clients.hybridCompute.listExtensions(REF, { signal: controller.signal })).rejects.toBe(reason);
    expect(azure.sent).toHaveLength(1);
  });
});

describe("a write", () => {
  it("is waited for longer than a read, because it cannot be repeated", async () => {
    const { hybridCompute } = fakeAzure([{ fail: "silence" }]).clients;
    const [write, read] = [hybridCompute.putExtension(REF, "AADLogin", BODY), hybridCompute.getMachine(REF)];
    expect((await errorOf(write)).message).toContain("no answer within 30 seconds");
    expect((await errorOf(read)).message).toContain("no answer within 12 seconds");
  });

  it.each([
    ["500", { status: 500 }],
    ["503", { status: 503 }],
    ["a reset connection", { fail: "reset" }],
    ["silence", { fail: "silence" }],
    ["a truncated body", { status: 200, text: '{"id":' }],
  ] as [string, FakeAnswer][])("is sent once when it meets %s, because it may have taken effect", async (_name, fault) => {
    const azure = fakeAzure([fault, { status: 202 }]);
    const error = await errorOf(azure.clients.hybridCompute.putExtension(REF, "AADLogin", BODY));
    expect(error.code).toBe("upstream");
    expect(azure.sent).toHaveLength(1);
  });

  it("is repeated after 429, which proves that nothing was done", async () => {
    const azure = fakeAzure([{ ...THROTTLED, headers: { "retry-after": "1" } }, { status: 202 }]);
    const start = await azure.clients.hybridCompute.putExtension(REF, "AADLogin", BODY);
    expect(start.status).toBe(202);
    expect(azure.waits).toEqual([1_000]);
    expect(azure.sent.map((request) => request.method)).toEqual(["PUT", "PUT"]);
  });

  it("comes back at once after 429 where the caller keeps a pace of its own", async () => {
    const azure = fakeAzure([{ ...THROTTLED, headers: { "retry-after": "7" } }, { status: 202 }]);
    const error = await errorOf(azure.clients.hybridCompute.putExtension(REF, "AADLogin", BODY, { once: true }));
    expect([error.code, error.azure?.retryAfterSeconds]).toEqual(["throttled", 7]);
    expect([azure.sent.length, azure.waits]).toEqual([1, []]);
  });

  it.each([
    [{ "x-ms-ratelimit-remaining-subscription-writes": "199" }, 199],
    [
      { "x-ms-ratelimit-remaining-subscription-writes": "199", "x-ms-ratelimit-remaining-subscription-resource-requests": "12" },
      12,
    ],
    [{ "x-ms-ratelimit-remaining-subscription-deletes": "0" }, 0],
    [{ "x-ms-ratelimit-remaining-subscription-writes": "many" }, null],
    [{}, null],
  ])("says what is left of the tightest limit that %j names", async (headers, remaining) => {
    const azure = fakeAzure([{ status: 202, headers }]);
    expect((await azure.clients.hybridCompute.putExtension(REF, "AADLogin", BODY)).remaining).toBe(remaining);
  });

  it("changes an extension by PATCH and upgrades by POST, each at its own address", async () => {
    const azure = fakeAzure([{ status: 202 }, { status: 202 }]);
    await azure.clients.hybridCompute.patchExtension(REF, "AADLogin", { properties: { typeHandlerVersion: "2.2.0.0" } });
    await azure.clients.hybridCompute.upgradeExtensions(REF, { extensionTargets: {} });
    expect(azure.sent.map(({ method, url }) => `${method} ${new URL(url).pathname.split("/machines/")[1]}`)).toEqual([
      "PATCH SRV01/extensions/AADLogin",
      "POST SRV01/upgradeExtensions",
    ]);
  });
});

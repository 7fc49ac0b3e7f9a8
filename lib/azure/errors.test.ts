import { describe, expect, it } from "vitest";
import { readErrorWords, refusalError } from "./errors";

const NOW = new Date("2026-11-21T12:00:00Z");

describe("readErrorWords", () => {
  it.each([
    [
      "the ARM envelope",
      '{"error":{"code":"ResourceNotFound","message":"It is not here."}}',
      { code: "ResourceNotFound", message: "It is not here." },
    ],
    [
      "the bare form of the activity log",
      '{"code":"BadRequest","message":"Too far back."}',
      { code: "BadRequest", message: "Too far back." },
    ],
    [
      "the old OData envelope",
      '{"odata.error":{"code":"Request_X","message":{"lang":"en","value":"Old words."}}}',
      { code: "Request_X", message: "Old words." },
    ],
    [
      "the failure inside an operation",
      '{"status":"Failed","error":{"code":"HCRP500","message":"boom"}}',
      { code: "HCRP500", message: "boom" },
    ],
    [
      "Resource Graph's details",
      '{"error":{"code":"BadRequest","message":"Please provide valid input.","details":[{"code":"InvalidQuery","message":"Query is invalid."},{"code":"ParserFailure","message":"Line 1"}]}}',
      { code: "BadRequest", message: "Please provide valid input. (InvalidQuery: Query is invalid.; ParserFailure: Line 1)" },
    ],
    ["an empty body", "  ", { code: null, message: "The service answered HTTP 502 without a body." }],
    ["plain text", "You have reached the limit.", { code: null, message: "You have reached the limit." }],
    [
      "HTML",
      "<!DOCTYPE html><h1>Bad Gateway</h1>",
      { code: null, message: "A gateway answered HTTP 502 with an HTML page instead of Azure's JSON." },
    ],
    [
      "JSON that names no error",
      "[1,2]",
      { code: null, message: "The service answered HTTP 502 in a form that names no error." },
    ],
    ["a code without a message", '{"error":{"code":"Conflict"}}', { code: "Conflict", message: "Conflict" }],
  ])("reads %s", (_name, body, expected) => {
    expect(readErrorWords(body, 502)).toEqual(expected);
  });
});

describe("refusalError", () => {
  const build = (status: number, isWrite: boolean, headers: Record<string, string> = {}, bodyText = "") =>
    refusalError({
      answer: { status, bodyText, headers: { get: (name) => headers[name] } },
      service: "arm",
      subject: "machine SRV01",
      isWrite,
      now: NOW,
    });

  it.each([
    [400, true, "invalid_input"],
    [400, false, "upstream"],
    [401, false, "unauthenticated"],
    [403, false, "forbidden"],
    [404, false, "not_found"],
    [409, true, "conflict"],
    [412, true, "conflict"],
    [429, false, "throttled"],
    [500, true, "upstream"],
    [503, false, "upstream"],
  ] as const)("maps HTTP %i (write: %s) to %s", (status, isWrite, code) => {
    expect(build(status, isWrite).code).toBe(code);
  });

  it("keeps Azure's code, sentence, request id, correlation id and wait", () => {
    const error = build(
      429,
      false,
      { "retry-after": "17", "x-ms-request-id": "req-1", "x-ms-correlation-request-id": "cor-1" },
      '{"error":{"code":"TooManyRequests","message":"Slow down."}}',
    );
    expect(error.azure).toEqual({
      status: 429,
      code: "TooManyRequests",
      message: "Slow down.",
      requestId: "req-1",
      correlationId: "cor-1",
      retryAfterSeconds: 17,
      service: "arm",
    });
    expect(error.message).toBe("Azure Resource Manager refused machine SRV01: Slow down.");
    expect(error.nextStep).toBe("Wait 17 seconds, then try again.");
  });

  it("carries the claims of a challenge so that the browser can step up", () => {
    const error = build(401, false, { "www-authenticate": 'Bearer error="insufficient_claims", claims="e30="' });
    expect(error.claims).toBe("e30=");
  });

  it("says that the subscription is of another tenant, instead of asking for a sign-in that cannot help", () => {
    const body = '{"error":{"code":"InvalidAuthenticationTokenTenant","message":"The access token is from the wrong issuer."}}';
    const error = build(401, false, {}, body);
    expect(error).toMatchObject({ code: "forbidden", azure: { code: "InvalidAuthenticationTokenTenant", status: 401 } });
    expect(error.nextStep).toContain("Change the tenant");
  });
});

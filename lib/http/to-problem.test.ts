import { describe, expect, it } from "vitest";
import { AppError, ERROR_CODES } from "@/lib/domain/errors";
import { RequestRefusal } from "./request-refusal";
import { challengeHeader, problemResponse, toProblem } from "./to-problem";

const WANTED = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  throttled: 429,
  upstream: 502,
  internal: 500,
} as const;

describe("toProblem", () => {
  it.each(ERROR_CODES)("gives %s its status, title and type", (code) => {
    const problem = toProblem(new AppError({ code, message: "what happened", nextStep: "do this" }), "trace");
    expect(problem).toMatchObject({ code, status: WANTED[code], detail: "what happened", nextStep: "do this", traceId: "trace" });
    expect(problem.title).not.toBe("");
    expect(problem.type).toBe(`urn:arcwarden:problem:${code.replace("_", "-")}`);
  });

  it("keeps the narrower status of a refused request", () => {
    expect(toProblem(new RequestRefusal(415, { code: "invalid_input", message: "x" }), "t").status).toBe(415);
  });

  it.each([new Error("hidden"), "hidden", { message: "hidden" }, null, undefined])("says nothing about %s", (thrown) => {
    const problem = toProblem(thrown, "trace");
    expect(problem).toMatchObject({ status: 500, code: "internal", traceId: "trace" });
    expect(JSON.stringify(problem)).not.toContain("hidden");
  });

  it("never carries causes or claims in the body", () => {
    const error = new AppError({ code: "unauthenticated", message: "x", claims: "Y2xhaW1z", cause: new Error("inner") });
    expect(JSON.stringify(toProblem(error, "t"))).not.toMatch(/Y2xhaW1z|inner/);
  });
});

describe("the challenge", () => {
  it("cannot be broken out of by what Azure sent as claims", () => {
    const error = new AppError({ code: "unauthenticated", message: "x", claims: 'a"b\r\nset-cookie: x' });
    expect(challengeHeader(error)).toBe('Bearer error="insufficient_claims", claims="abset-cookiex"');
  });

  it("stands only on 401", () => {
    const response = problemResponse(new AppError({ code: "forbidden", message: "x" }), "t");
    expect(response.headers.has("www-authenticate")).toBe(false);
  });
});

import { expect, it } from "vitest";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { quiet } from "../operations/testing";
import { createParts } from "./parts";

const ctx = { log: quiet, traceId: "t", signal: new AbortController().signal } as unknown as ServiceContext;

function failing(code: string, status: number): AppError {
  const azure: AzureFailure = {
    status,
    code,
    message: "x",
    requestId: null,
    correlationId: null,
    retryAfterSeconds: null,
    service: "arm",
  };
  return new AppError({ code: status === 403 ? "forbidden" : "upstream", message: "x", azure });
}
const none = (error: unknown) => () => Promise.reject(error);

it("a part that cannot be read is named, with its reason, and the rest goes on", async () => {
  const parts = createParts(ctx);
  expect(await parts.orElse("a", "Part A", [], none(failing("Busy", 503)))).toEqual([]);
  expect(await parts.orElse("b", "Part B", [0], () => Promise.resolve([1]))).toEqual([1]);
  const { complete, expected, received, missing } = parts.completeness("2026-01-01T00:00:00Z", 1);
  expect([complete, expected, received, missing.map(({ label }) => label)]).toEqual([false, null, 1, ["Part A"]]);
});

it.each([
  ["a refused sign-in", new AppError({ code: "unauthenticated", message: "x" })],
  ["a demand for a stronger one", new AppError({ code: "forbidden", message: "x", claims: "e30=" })],
])("%s ends the request instead of making it poorer", async (_, error) => {
  await expect(createParts(ctx).orElse("a", "A", [], none(error))).rejects.toBe(error);
});

it("says once for the page what the tenant lacks: the licence before a missing right", async () => {
  const parts = createParts(ctx);
  await parts.orElse("requests", "A", [], none(failing("InsufficientPermissions", 403)));
  expect(parts.notice()?.id).toBe("noPermission");
  await parts.orElse("eligible", "B", [], none(failing("AadPremiumLicenseRequired", 400)));
  expect(parts.notice()?.id).toBe("licenceMissing");
});

it("makes no notice of settings of single scopes that are closed", () => {
  const parts = createParts(ctx);
  parts.note("policies", "Role settings of /x", failing("AuthorizationFailed", 403));
  parts.note("stages", "Decisions", failing("AuthorizationFailed", 403));
  expect(parts.notice()).toBeNull();
  expect(parts.completeness("2026-01-01T00:00:00Z", 0).missing).toHaveLength(2);
});

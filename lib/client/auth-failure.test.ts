import { describe, expect, it } from "vitest";
import { auth } from "@/messages/en/auth";
import { needsInteraction, toAuthFailure } from "./auth-failure";

describe("toAuthFailure", () => {
  it.each([
    [{ errorCode: "invalid_request", errorMessage: "AADSTS50020: User account..." }, "wrongTenant", "AADSTS50020"],
    [{ errorCode: "server_error", errorMessage: "AADSTS90002: Tenant not found" }, "wrongTenant", "AADSTS90002"],
    [{ errorCode: "access_denied", errorMessage: "AADSTS65004: User declined to consent" }, "cancelled", "AADSTS65004"],
    [{ errorCode: "access_denied", errorMessage: "AADSTS65001: consent" }, "noConsent", "AADSTS65001"],
    [{ errorCode: "invalid_request", errorMessage: "AADSTS50105: not assigned" }, "noConsent", "AADSTS50105"],
    [{ errorCode: "invalid_grant", errorMessage: "AADSTS50057: disabled" }, "disabled", "AADSTS50057"],
    [{ errorCode: "invalid_grant", errorMessage: "AADSTS53003: blocked" }, "blockedByPolicy", "AADSTS53003"],
    [{ errorCode: "unauthorized_client", errorMessage: "AADSTS700016: app" }, "appUnknown", "AADSTS700016"],
    [{ errorCode: "invalid_request", errorMessage: "AADSTS50011: redirect" }, "redirectNotRegistered", "AADSTS50011"],
    [{ errorCode: "access_denied", errorMessage: "the person pressed cancel" }, "cancelled", "access_denied"],
    [{ errorCode: "endpoints_resolution_error", errorMessage: "x" }, "unreachable", "endpoints_resolution_error"],
    [{ errorCode: "state_mismatch" }, "notReturned", "state_mismatch"],
    [{ errorCode: "invalid_grant", errorMessage: "AADSTS999999: new one" }, "other", "AADSTS999999"],
    [new Error("boom"), "other", "unknown"],
    ["text", "other", "unknown"],
    [null, "other", "unknown"],
  ])("%j becomes %s", (error, kind, code) => {
    expect(toAuthFailure(error)).toMatchObject({ kind, code });
  });

  it("keeps Entra's sentence without its trace lines, and the correlation id", () => {
    const failure = toAuthFailure({
      errorMessage: "AADSTS1: Words. Trace ID: t Correlation ID: c\r\nTimestamp",
      correlationId: "c",
    });
    expect(failure).toMatchObject({ detail: "AADSTS1: Words.", correlationId: "c" });
  });

  it("has a title and a next step for every kind", () => {
    for (const entry of Object.values(auth.failures)) expect(entry.title.length * entry.next.length).toBeGreaterThan(0);
  });
});

describe("needsInteraction", () => {
  it.each([
    { name: "InteractionRequiredAuthError" },
    { errorCode: "interaction_required" },
    { errorCode: "login_required" },
    { errorCode: "timed_out" },
  ])("%j needs the person", (error) => expect(needsInteraction(error)).toBe(true));

  it.each([new Error("x"), { errorCode: "network_error" }, null, "x"])("%j does not", (error) =>
    expect(needsInteraction(error)).toBe(false),
  );
});

import { describe, expect, it } from "vitest";
import type { AzureFailure } from "../errors";
import { decodeFailure } from "../extension-failure";
import { causeOf, failedOutcome, failureId, namedOutcome, outcomeTexts } from "./causes";

function azure(part: Partial<AzureFailure>): AzureFailure {
  return {
    status: 400,
    code: null,
    message: "",
    requestId: null,
    correlationId: null,
    retryAfterSeconds: null,
    service: "arm",
    ...part,
  };
}

function failure(message: string, extensionType = "AADLoginForWindows") {
  return decodeFailure({ code: "HCRP400", message, extensionType });
}

describe("the cause of a failed extension", () => {
  it.each([
    ["AADLoginForWindows", "Extension exit code: -2145648607", "endpointBlocked", "discoveryFailed"],
    ["AADLoginForWindows", "Extension exit code: -2145648574", "identityMissing", "msiTenantIdUnavailable"],
    ["AADLoginForWindows", "Extension exit code: 51", "unsupportedSystem", "unsupportedOs"],
    ["AADLoginForWindows", "Extension exit code: -2145648509", "deviceName", "hostnameDuplicate"],
    ["AADSSHLoginForLinux", "exit code: 22", "identityMissing", "linuxNoIdentity"],
    ["AADSSHLoginForLinux", "exit code: 23", "extensionConflict", "linuxOldExtension"],
    ["AADLoginForWindows", "the agent is not connected", "offline", "agentNotConnected"],
    ["AADLoginForWindows", "exit code: 4711", "other", "exit4711"],
    ["AADLoginForWindows", "it went wrong", "other", "extensionFailed"],
  ])("%s, %s: %s (%s)", (type, message, cause, code) => {
    expect(causeOf(failure(message, type), null)).toEqual({ cause, code });
  });

  it("an explained failure says more than Azure's code, an unexplained one less", () => {
    const conflict = azure({ status: 409, code: "Conflict" });
    expect(causeOf(failure("Extension exit code: 51"), conflict).code).toBe("unsupportedOs");
    expect(causeOf(failure("it went wrong"), conflict).code).toBe("otherOperation");
    expect(causeOf(failure("exit code: 4711"), azure({ status: 500 })).code).toBe("exit4711");
  });
});

describe("the cause of a refused request", () => {
  it.each<[Partial<AzureFailure>, string, string]>([
    [{ status: 403, code: "RequestDisallowedByPolicy" }, "policy", "disallowedByPolicy"],
    [{ status: 403, code: "AuthorizationFailed" }, "denied", "noRight"],
    [{ status: 403, code: "authorizationfailed" }, "denied", "noRight"],
    [{ status: 403, code: "DenyAssignmentAuthorizationFailed" }, "denied", "denyAssignment"],
    [{ status: 403, code: null }, "denied", "noRight"],
    [{ status: 409, code: "ScopeLocked" }, "denied", "scopeLocked"],
    [{ status: 404, code: "ParentResourceNotFound" }, "machineGone", "machineGone"],
    [{ status: 404, code: "ResourceNotFound" }, "machineGone", "machineGone"],
    [{ status: 404, code: "SomethingNew" }, "machineGone", "machineGone"],
    [{ status: 409, code: "AnotherOperationInProgress" }, "extensionConflict", "otherOperation"],
    [{ status: 409, code: "SomethingNew" }, "extensionConflict", "otherOperation"],
    [{ status: 400, code: "InvalidRequestContent" }, "settings", "requestRefused"],
    [{ status: 400, code: "PrincipalNotFound" }, "settings", "principalNotFound"],
    [{ status: 500, code: "InternalServerError" }, "serviceError", "azureError"],
    [{ status: 503, code: null }, "serviceError", "azureError"],
    [{ status: 429, code: "TooManyRequests" }, "serviceError", "azureError"],
    [{ status: null, code: null }, "serviceError", "noAnswer"],
    [{ status: 200, code: "HCRP777" }, "other", "extensionFailed"],
  ])("%j: %s (%s)", (part, cause, code) => {
    expect(causeOf(null, azure(part))).toEqual({ cause, code });
  });

  it("without anything it is another failure", () => {
    expect(causeOf(null, null)).toEqual({ cause: "other", code: "extensionFailed" });
  });
});

describe("an outcome", () => {
  it("keeps Azure's own words and the decoded failure", () => {
    const words = azure({ code: "RequestDisallowedByPolicy", message: "denied by assignment X" });
    expect(failedOutcome(null, words)).toEqual({
      code: "disallowedByPolicy",
      cause: "policy",
      values: { code: "RequestDisallowedByPolicy" },
      failure: null,
      azure: words,
    });
    const decoded = failure("Extension exit code: 51");
    expect(failedOutcome(decoded, null)).toMatchObject({ code: "unsupportedOs", failure: decoded, values: { code: "HCRP400" } });
  });

  it("that the portal names itself has the cause of its table", () => {
    expect(namedOutcome("timedOut")).toMatchObject({ code: "timedOut", cause: "timedOut", failure: null, azure: null });
    expect(namedOutcome("canSignIn", { machine: "a" })).toMatchObject({ cause: null, values: { machine: "a" } });
  });

  it("points at the words of the failure where there is one, else at its own", () => {
    const decoded = failure("Extension exit code: 51");
    expect(failureId(decoded)).toBe("unsupportedOs");
    expect(outcomeTexts(failedOutcome(decoded, null))).toEqual({ meaning: decoded.meaning, fixes: decoded.fixes });
    expect(failureId(failure("it went wrong"))).toBeNull();
    expect(outcomeTexts(failedOutcome(failure("exit code: 4711"), null)).meaning).toBe("failures.unknown.meaning");
    expect(outcomeTexts(namedOutcome("timedOut"))).toEqual({
      meaning: "rollout.outcome.timedOut",
      fixes: ["rollout.fix.timedOut"],
    });
    expect(outcomeTexts({ code: "extensionFailed", failure: decoded }).meaning).toBe("rollout.outcome.extensionFailed");
  });
});

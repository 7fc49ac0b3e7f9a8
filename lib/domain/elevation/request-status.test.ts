import { describe, expect, it } from "vitest";
import { canCancel, decisionEndsAt, isOver, phaseOf, phaseOfActivation, REQUEST_PHASES } from "./request-status";

/** The enum of the specification 2020-10-01, written out again on purpose. */
const SPECIFIED: Record<string, string> = {
  Accepted: "waiting",
  PendingEvaluation: "waiting",
  Granted: "scheduled",
  Denied: "refused",
  PendingProvisioning: "waiting",
  Provisioned: "done",
  PendingRevocation: "waiting",
  Revoked: "done",
  Canceled: "canceled",
  Failed: "refused",
  PendingApprovalProvisioning: "waiting",
  PendingApproval: "needsDecision",
  FailedAsResourceIsLocked: "refused",
  PendingAdminDecision: "needsDecision",
  AdminApproved: "waiting",
  AdminDenied: "refused",
  TimedOut: "refused",
  ProvisioningStarted: "waiting",
  Invalid: "refused",
  PendingScheduleCreation: "waiting",
  ScheduleCreated: "scheduled",
  PendingExternalProvisioning: "waiting",
};

describe("phaseOf", () => {
  it.each(Object.entries(SPECIFIED))("%s is %s, in any case", (status, phase) => {
    expect([phaseOf(status), phaseOf(status.toUpperCase())]).toEqual([phase, phase]);
  });

  it("keeps a status that the specification does not know as unknown, which is no end", () => {
    expect(phaseOf("PendingQuantumReview")).toBe("unknown");
    expect(isOver("unknown")).toBe(false);
  });

  it("ends only with done, refused and canceled", () => {
    expect(REQUEST_PHASES.filter(isOver)).toEqual(["done", "refused", "canceled"]);
  });
});

describe("phaseOfActivation", () => {
  const now = new Date("2026-11-21T10:00:00Z");
  it("is scheduled while the start is ahead, and waits for Azure from the start on", () => {
    expect(phaseOfActivation("Granted", "2026-11-21T10:00:00.001Z", now)).toBe("scheduled");
    expect(phaseOfActivation("Granted", "2026-11-21T10:00:00.000Z", now)).toBe("waiting");
    expect(phaseOfActivation("Granted", null, now)).toBe("waiting");
  });

  it("leaves every other status as it is", () => {
    expect(phaseOfActivation("Provisioned", "2026-11-22T10:00:00Z", now)).toBe("done");
  });
});

it("lets a request be taken back only while nothing was provisioned", () => {
  expect(Object.keys(SPECIFIED).filter(canCancel)).toEqual([
    "PendingEvaluation",
    "Granted",
    "PendingApproval",
    "PendingAdminDecision",
    "ScheduleCreated",
  ]);
});

describe("decisionEndsAt", () => {
  it("is 24 hours after the request", () => {
    expect(decisionEndsAt("PendingApproval", "2026-11-21T10:00:00Z")).toBe("2026-11-22T10:00:00.000Z");
  });

  it("is nothing for a request that waits for nobody, or without a time", () => {
    expect(decisionEndsAt("Provisioned", "2026-11-21T10:00:00Z")).toBeNull();
    expect(decisionEndsAt("PendingApproval", null)).toBeNull();
    expect(decisionEndsAt("PendingApproval", "soon")).toBeNull();
  });
});

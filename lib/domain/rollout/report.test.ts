import { describe, expect, it } from "vitest";
import type { TaskView } from "./api";
import { failedOutcome, namedOutcome } from "./causes";
import { REPORT_COLUMNS, reportHead, reportRow } from "./report";

function task(part: Partial<TaskView> = {}): TaskView {
  return {
    position: 3,
    machineId: "/m/a",
    machineName: "a",
    subscriptionId: "s",
    resourceGroup: "rg",
    wave: 2,
    state: "ready",
    attempt: 1,
    outcome: namedOutcome("canSignIn", { machine: "a" }),
    checks: [
      { id: "extension", verdict: "pass", found: "x", values: {} },
      { id: "device", verdict: "unknown", found: "x", values: {} },
    ],
    waitingFor: null,
    azureStatus: "Succeeded",
    submittedAt: "2026-11-21T12:00:00.000Z",
    endedAt: "2026-11-21T12:05:00.000Z",
    ...part,
  };
}

const words = (key: string, values: Record<string, string | number> = {}) => `${key}(${Object.values(values).join()})`;

function cells(part: Partial<TaskView> = {}) {
  const row = reportRow(task(part), words);
  expect(row).toHaveLength(REPORT_COLUMNS.length);
  return Object.fromEntries(REPORT_COLUMNS.map((column, index) => [column, row[index]]));
}

describe("a row of the report", () => {
  it("says what came of the machine, in words and in codes", () => {
    expect(cells()).toEqual({
      position: "3",
      machine: "a",
      machineId: "/m/a",
      subscriptionId: "s",
      resourceGroup: "rg",
      wave: "2",
      state: "ready",
      code: "canSignIn",
      meaning: "rollout.outcome.canSignIn(a)",
      fix: "rollout.fix.canSignIn(a)",
      exitCode: "",
      azureCode: "",
      azureMessage: "",
      requestId: "",
      checks: "extension: pass; device: unknown",
      attempts: "1",
      submittedAt: "2026-11-21T12:00:00.000Z",
      endedAt: "2026-11-21T12:05:00.000Z",
    });
  });

  it("[C75] carries Azure's own words of a failure", () => {
    const azure = {
      status: 403,
      code: "RequestDisallowedByPolicy",
      message: "by X",
      requestId: "r1",
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm" as const,
    };
    expect(cells({ state: "failed", outcome: failedOutcome(null, azure), checks: [] })).toMatchObject({
      code: "disallowedByPolicy",
      azureCode: "RequestDisallowedByPolicy",
      azureMessage: "by X",
      requestId: "r1",
      checks: "",
    });
  });

  it("of a machine for which nothing was sent yet has empty cells, not made-up ones", () => {
    const row = cells({ state: "queued", outcome: null, checks: [], submittedAt: null, endedAt: null });
    expect([row.code, row.meaning, row.fix, row.submittedAt, row.endedAt]).toEqual(["", "", "", "", ""]);
  });
});

it("says before the table how many machines the file holds of how many", () => {
  const rollout = {
    name: "n",
    id: "i",
    kind: "role.assign",
    state: "finished",
    operatorName: "o",
    createdAt: "c",
    endedAt: null,
    total: 5,
  };
  const head = reportHead({ rollout: rollout as never, asOf: "now", rows: 5 });
  expect(head.at(-1)).toEqual(["# machines in this file", "5 of 5"]);
  expect(head).toContainEqual(["# ended", ""]);
});

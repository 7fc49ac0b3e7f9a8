import { describe, expect, it } from "vitest";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { PimRequestRow, PimScheduleRow } from "@/lib/azure/pim-ports";
import type { AzureClients } from "@/lib/azure/ports";
import type { ChangeItemRow } from "@/lib/db/access-changes";
import { cloudById } from "@/lib/domain/clouds";
import { EXAMPLE_RULES, EXAMPLE_SETTINGS, withActivation } from "@/lib/domain/elevation/manage/manage-fixture";
import { exactRequests, type ManageRequest, type PolicyRules } from "@/lib/domain/elevation/manage/requests";
import { AppError } from "@/lib/domain/errors";
import { createFakeAzure } from "../../operations/testing";
import { createManageRemote } from "./remote";

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const AT = `${SUB}/providers/Microsoft.Authorization`;
const ROLE = "cd570a14-0000-4000-8000-000000000001";
const ADA = "aaaaaaaa-0000-4000-8000-000000000000";

const CONVERT: ManageRequest = {
  ...{ kind: "convert", assignmentId: `${AT}/roleAssignments/a-1`, requestName: "req-1", principalId: ADA, roleId: ROLE },
  ...{ scope: SUB, end: { kind: "none" }, justification: "" },
};
const RESTORE: ManageRequest = {
  ...{ kind: "restore", assignmentName: "a-1", requestName: "req-2", principalId: ADA, principalType: "User", roleId: ROLE },
  ...{ scope: SUB, description: "as before", justification: "undo" },
};

function refusal(status: number, message: string, code = "Refused"): AppError {
  const azure = { status, code, message, requestId: null, correlationId: null, retryAfterSeconds: null };
  return new AppError({ code: "forbidden", message, azure: { ...azure, service: "arm" } });
}

/** Azure for one person and one role: what stands, what is eligible, and every write in its order. */
function world(over: { standing?: boolean; eligible?: boolean; lag?: number; status?: string } = {}) {
  const log: string[] = [];
  const state = {
    standing: over.standing ?? true,
    eligible: over.eligible ?? false,
    /** Lists show a new thing only after this many looks. */
    lag: over.lag ?? 0,
    status: over.status ?? "Provisioned",
    request: null as string | null,
    refuseDelete: null as Error | null,
    /** Moments at which the person had neither. */
    neither: 0,
  };
  const wrote = (what: string) => {
    log.push(what);
    if (!state.standing && !state.eligible) state.neither++;
  };
  const shows = () => {
    if (state.lag > 0) {
      state.lag--;
      return false;
    }
    return true;
  };
  const assignment = (): RoleAssignmentRow => ({
    ...{ id: `${AT}/roleAssignments/a-1`, name: "a-1", scope: SUB, principalId: ADA, principalType: "User" },
    ...{ roleDefinitionId: ROLE, condition: null, conditionVersion: null, description: null },
    ...{ createdAt: null, createdBy: null, updatedAt: null },
  });
  const names = { scope: null, role: null, roleType: null, principal: null, email: null };
  const schedule = (): PimScheduleRow => ({
    ...{ id: "e", name: "e", scope: SUB, roleDefinitionId: ROLE, principalId: ADA, principalType: "User", names },
    ...{ scheduleId: `${AT}/roleEligibilitySchedules/s-1`, startsAt: null, endsAt: null, memberType: "Direct" },
    ...{ assignmentType: null, eligibleScheduleId: null, condition: null, conditionVersion: null },
  });
  const { clients } = createFakeAzure();
  const azure: AzureClients = {
    ...clients,
    access: {
      ...clients.access,
      roleAssignment: async () => (state.standing ? assignment() : null),
      roleAssignments: async () => (state.standing && shows() ? [assignment()] : []),
      putRoleAssignment: async () => {
        state.standing = true;
        wrote("PUT assignment");
        return assignment();
      },
      deleteRoleAssignment: async () => {
        if (state.refuseDelete !== null) throw state.refuseDelete;
        state.standing = false;
        wrote("DELETE assignment");
        return assignment();
      },
    },
    pim: {
      ...clients.pim,
      request: async () => (state.request === null ? null : ({ status: state.request } as PimRequestRow)),
      putRequest: async ({ body }) => {
        if (state.status === "Provisioned") state.eligible = body.requestType !== "AdminRemove";
        state.request = state.status;
        wrote(`PUT ${body.requestType}`);
        return { status: state.status } as PimRequestRow;
      },
    },
    pimManage: {
      ...clients.pimManage,
      schedules: async () => (state.eligible && shows() ? [schedule()] : []),
    },
  };
  return { azure, state, log };
}

function item(request: ManageRequest, rules: PolicyRules = []): ChangeItemRow {
  const exact = exactRequests(cloudById("public"), request, rules);
  return { request: JSON.stringify(request), exact: JSON.stringify(exact) } as ChangeItemRow;
}

/** Sends until it is no longer pending, at most ten times. */
async function carry(azure: AzureClients, request: ManageRequest): Promise<number> {
  for (let times = 1; times <= 10; times++) {
    if ((await createManageRemote(azure).send(item(request))) === undefined) return times;
  }
  throw new Error("still pending");
}

describe("conversion to eligible", () => {
  it("[A30] makes the eligibility, reads it back and only then removes the standing assignment", async () => {
    const { azure, state, log } = world();
    expect(await carry(azure, CONVERT)).toBe(1);
    expect(log).toEqual(["PUT AdminAssign", "DELETE assignment"]);
    expect(state).toMatchObject({ standing: false, eligible: true, neither: 0 });
    expect(await createManageRemote(azure).isInForce(item(CONVERT))).toBe(true);
  });

  it("leaves the standing assignment as long as Azure does not show the eligibility, and asks for it once only", async () => {
    const { azure, state, log } = world({ lag: 4 });
    const first = await createManageRemote(azure).send(item(CONVERT));
    expect(first?.pending).toContain("The standing assignment stays");
    expect(state).toMatchObject({ standing: true });
    await carry(azure, CONVERT);
    expect(log).toEqual(["PUT AdminAssign", "DELETE assignment"]);
    expect(state.neither).toBe(0);
  });

  it("changes nothing when Azure refuses the eligibility", async () => {
    const { azure, state, log } = world();
    azure.pim.putRequest = async () => {
      throw refusal(400, "not allowed");
    };
    await expect(createManageRemote(azure).send(item(CONVERT))).rejects.toMatchObject({ message: "not allowed" });
    expect([log, state.standing]).toEqual([[], true]);
  });

  it.each(["Failed", "Denied", "Invalid"])(
    "is refused when Azure ends the request as %s: the assignment stands",
    async (status) => {
      const { azure, state } = world({ status });
      await expect(createManageRemote(azure).send(item(CONVERT))).rejects.toMatchObject({
        code: "forbidden",
        message: `Azure took the request and ended it as ${status}.`,
      });
      expect(state.standing).toBe(true);
    },
  );

  it("says that both stand when Azure refuses the removal, and a retry only removes", async () => {
    const { azure, state, log } = world();
    state.refuseDelete = refusal(403, "A lock protects it.");
    await expect(createManageRemote(azure).send(item(CONVERT))).rejects.toMatchObject({
      message: "The eligibility stands, and so does the standing assignment. A lock protects it.",
      azure: { status: 403 },
    });
    expect(state).toMatchObject({ standing: true, eligible: true });
    state.refuseDelete = null;
    await carry(azure, CONVERT);
    expect(log).toEqual(["PUT AdminAssign", "DELETE assignment"]);
  });

  it("is done when somebody removed the assignment meanwhile", async () => {
    const { azure, log } = world({ standing: false, eligible: true });
    await carry(azure, CONVERT);
    expect(log).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "killed at call %i and run again, sends each write once and leaves nobody with neither",
    async (at) => {
      const { azure, state, log } = world();
      let calls = 0;
      const dying = <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
        return async (...args: Args): Promise<Answer> => {
          const answer = await call(...args);
          calls++;
          if (calls === at) throw new Error("killed after Azure took it");
          return answer;
        };
      };
      const once: AzureClients = {
        ...azure,
        access: {
          ...azure.access,
          roleAssignment: dying(azure.access.roleAssignment),
          deleteRoleAssignment: dying(azure.access.deleteRoleAssignment),
        },
        pim: { ...azure.pim, request: dying(azure.pim.request), putRequest: dying(azure.pim.putRequest) },
        pimManage: { ...azure.pimManage, schedules: dying(azure.pimManage.schedules) },
      };
      await expect(createManageRemote(once).send(item(CONVERT))).rejects.toThrow("killed");
      await carry(azure, CONVERT);
      expect(log).toEqual(["PUT AdminAssign", "DELETE assignment"]);
      expect(state).toMatchObject({ standing: false, eligible: true, neither: 0 });
    },
  );

  it("is not in force while the standing assignment is listed", async () => {
    const { azure } = world({ standing: true, eligible: true });
    expect(await createManageRemote(azure).isInForce(item(CONVERT))).toBe(false);
  });
});

describe("undo of a conversion", () => {
  it("puts the assignment back, reads it back and only then removes the eligibility", async () => {
    const { azure, state, log } = world({ standing: false, eligible: true });
    await carry(azure, RESTORE);
    expect(log).toEqual(["PUT assignment", "PUT AdminRemove"]);
    expect(state).toMatchObject({ standing: true, eligible: false, neither: 0 });
    expect(await createManageRemote(azure).isInForce(item(RESTORE))).toBe(true);
  });

  it("waits with the removal while the eligibility is younger than five minutes: the person has both meanwhile", async () => {
    const { azure, state } = world({ standing: false, eligible: true });
    const put = azure.pim.putRequest;
    azure.pim.putRequest = async () => {
      throw refusal(400, "too short", "ActiveDurationTooShort");
    };
    const first = await createManageRemote(azure).send(item(RESTORE));
    expect(first?.pending).toContain("five minutes after its start");
    expect(state).toMatchObject({ standing: true, eligible: true });
    azure.pim.putRequest = put;
    await carry(azure, RESTORE);
    expect(state).toMatchObject({ standing: true, eligible: false, neither: 0 });
  });

  it("keeps the eligibility as long as Azure does not list the assignment", async () => {
    const { azure, state } = world({ standing: false, eligible: true, lag: 1 });
    const first = await createManageRemote(azure).send(item(RESTORE));
    expect(first?.pending).toContain("The eligibility stays");
    expect(state.eligible).toBe(true);
  });
});

describe("a schedule", () => {
  const ASSIGN: ManageRequest = {
    ...{ kind: "schedule", requestName: "req-1", of: "eligible", requestType: "AdminAssign", principalId: ADA, roleId: ROLE },
    ...{ scope: SUB, targetScheduleId: null, startsAt: null, end: { kind: "none" }, justification: "", ticket: null },
  };

  it("is sent once: a request that Azure has under its name is not sent again", async () => {
    const { azure, log } = world();
    await carry(azure, ASSIGN);
    await carry(azure, ASSIGN);
    expect(log).toEqual(["PUT AdminAssign"]);
    expect(await createManageRemote(azure).isInForce(item(ASSIGN))).toBe(true);
  });

  it("is removed when no instance of the schedule is left, whatever else the person has", async () => {
    const { azure } = world({ eligible: true });
    const removal = (targetScheduleId: string): ManageRequest => ({ ...ASSIGN, requestType: "AdminRemove", targetScheduleId });
    expect(await createManageRemote(azure).isInForce(item(removal("s-1")))).toBe(false);
    expect(await createManageRemote(azure).isInForce(item(removal("s-2")))).toBe(true);
  });
});

describe("a policy", () => {
  const policyId = `${AT}/roleManagementPolicies/p-1`;
  const request: ManageRequest = {
    ...{ kind: "policy", policyId, roleId: ROLE, scope: SUB, settings: withActivation({ maxMinutes: 60 }) },
  };
  const rules = [{ id: "Expiration_EndUser_Assignment", maximumDuration: "PT1H" }];

  it("is sent with exactly the rules that the operator saw", async () => {
    const { azure } = world();
    const sent: unknown[] = [];
    azure.pimManage.patchPolicy = async (args) => {
      sent.push(args);
    };
    await createManageRemote(azure).send(item(request, rules));
    expect(sent).toEqual([{ policyId, rules }]);
  });

  it("is in force when what Azure holds asks for the same, not before", async () => {
    const { azure } = world();
    azure.pimManage.policy = async () => ({ policyId, scope: SUB, rules: [...EXAMPLE_RULES], lastModifiedAt: null });
    const remote = createManageRemote(azure);
    expect(await remote.isInForce(item(request))).toBe(false);
    expect(await remote.isInForce(item({ ...request, settings: EXAMPLE_SETTINGS }))).toBe(true);
  });
});

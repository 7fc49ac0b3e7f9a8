import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { AccessFinding, FindingRuleId } from "@/lib/domain/access/api";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { listAccessFindings } from "./findings";
import { previewAccess } from "./preview";
import { listRoles } from "./roles";
import { type AccessBench, createAccessBench, OWNER, SECURITY } from "./testing";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;
let findings: AccessFinding[];

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 200, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
  ({ findings } = await listAccessFindings({ ctx: bench.as(SECURITY) }));
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

const of = (ruleId: FindingRuleId) => findings.filter((finding) => finding.ruleId === ruleId);
const about = (ruleId: FindingRuleId, name: string) => of(ruleId).find(({ principal }) => principal?.displayName === name);

describe("findings of the demo tenant", () => {
  it("[A23] [B30] names the person who holds the onboarding role, with a removal that previews", async () => {
    const finding = about("R01", "Elif Novak");
    expect(finding).toMatchObject({ severity: "medium", roleName: "Azure Connected Machine Onboarding" });
    expect(finding?.fix).toEqual([{ kind: "remove", assignmentId: finding?.assignmentIds[0] }]);
    const { preview } = await previewAccess({ ctx: bench.as(OWNER), changes: finding?.fix ?? [] });
    expect(preview.verdict).not.toBe("blocked");
    expect(preview.lost.map(({ principal }) => principal.displayName)).toContain("Elif Novak");
  });

  it("[B23] reports that the onboarding role adds extensions against its documentation", () => {
    expect(of("R07")[0]?.values.added).toContain("Microsoft.HybridCompute/machines/addExtensions/action");
  });

  it("[B28] names contributors as administrators of every server below", () => {
    const ben = about("R05", "Ben Novak");
    expect(ben?.machines).toBeGreaterThan(0);
    expect(ben?.scope.kind).toBe("subscription");
    expect(about("R06", "Lotte Novak")?.roleName).toContain("un command");
  });

  it("[C07] names assignments of deleted principals and offers their removal", () => {
    const gone = of("R25").filter(({ values }) => values.state === "deleted");
    expect(gone.length).toBeGreaterThanOrEqual(2);
    expect(gone.every(({ fix }) => fix?.[0]?.kind === "remove")).toBe(true);
  });

  it("[C22] names people who manage servers and cannot sign in to any", () => {
    const managers = of("R26");
    expect(managers.some(({ values }) => String(values.roles).includes("Contributor"))).toBe(true);
    expect(managers.every(({ machines, principal }) => machines > 0 && principal?.kind === "user")).toBe(true);
  });

  it("names the identity of a server that controls other servers as critical, before everything lesser", () => {
    expect(findings[0]?.severity).toBe("critical");
    expect(of("R31").map(({ values }) => values.machine)).toContain("fra-sql-0007");
  });

  it("gives every finding an id of its own and evidence", () => {
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    const bare = findings.filter(
      ({ assignmentIds, ruleId }) => assignmentIds.length === 0 && !["R07", "R16", "R54"].includes(ruleId),
    );
    expect(bare).toEqual([]);
  });
});

describe("the role catalogue", () => {
  it("[A20] lists every definition with what it gives on machines and how often it is held", async () => {
    const { roles, completeness } = await listRoles({ ctx: bench.as(SECURITY) });
    // One seeded group hides its members from everybody.
    expect(completeness.missing.map(({ label }) => label)).toEqual(["Board office"]);
    expect(roles.length).toBeGreaterThan(430);
    const onboarding = roles.find(({ id }) => id.startsWith("b64e21ea"));
    expect(onboarding).toMatchObject({
      drift: { added: expect.arrayContaining(["Microsoft.HybridCompute/machines/addExtensions/action"]) },
    });
    expect(onboarding?.assignments).toBeGreaterThan(0);
    expect(roles.find(({ id }) => id.startsWith("fb879df8"))).toMatchObject({
      capabilities: expect.arrayContaining(["signInUser"]),
      drift: null,
    });
  });
});

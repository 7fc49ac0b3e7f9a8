import { describe, expect, it } from "vitest";
import {
  assign,
  CORP,
  deny,
  G1,
  MACHINE_1,
  MACHINE_2,
  MACHINE_3,
  MACHINE_4,
  NOW,
  principal,
  ROLES,
  role,
  S1,
  S2,
  tenant,
} from "../access/access-fixture";
import type { AccessInputs } from "../access/types";
import type { Permits } from "./api";
import { computePermits, type PermitQuestion } from "./permits";

const question = (roleId: string, scope: string, more: Partial<PermitQuestion> = {}): PermitQuestion => ({
  key: `${roleId}@${scope}`,
  roleId,
  scope,
  principalId: "ann",
  condition: null,
  ...more,
});

function permits(inputs: Partial<AccessInputs>, ...questions: PermitQuestion[]): Permits[] {
  return computePermits(tenant({ principals: [principal("ann")], ...inputs }), questions, NOW);
}

const counts = (answer: Permits | undefined) =>
  Object.fromEntries((answer?.capabilities ?? []).map(({ capability, machines }) => [capability, machines]));

describe("what a role permits", () => {
  it("is counted on the machines below its scope, gravest capability first", () => {
    const [answer] = permits({}, question("admin-login", S1));
    expect(answer?.machines).toBe(3);
    expect(answer?.machineIds).toEqual([MACHINE_1, MACHINE_2, MACHINE_3]);
    expect(counts(answer)).toMatchObject({ signInAdmin: 3, signInUser: 3, becomeIdentity: 3 });
    expect(answer?.capabilities[0]?.risk).toBe("critical");
  });

  it("follows the scope: a group, a management group above, one machine", () => {
    const answers = permits(
      {},
      question("runner", G1),
      question("runner", CORP),
      question("runner", MACHINE_4),
      question("runner", "/"),
    );
    expect(answers.map(({ machines }) => machines)).toEqual([2, 3, 1, 4]);
  });

  it("asks each question apart: the answers of a batch are those of single questions", () => {
    const questions = [question("runner", S2), question("reader", G1), question("owner", S1, { principalId: "bob" })];
    const inputs = { principals: [principal("ann"), principal("bob")] };
    expect(permits(inputs, ...questions)).toEqual(questions.flatMap((one) => permits(inputs, one)));
  });

  it("counts as gained only what the person does not have now, also through groups", () => {
    const inputs = {
      principals: [principal("ann"), principal("ops", "group")],
      groups: [{ groupId: "ops", memberIds: ["ANN"], transitive: false }],
      assignments: [assign("ops", "runner", G1)],
    };
    const [answer] = permits(inputs, question("runner", S1));
    expect(answer?.capabilities.find(({ capability }) => capability === "runCommand")).toMatchObject({ machines: 3, gained: 1 });
  });

  it("leaves out what a deny assignment takes from the person, named or through a group", () => {
    const action = "Microsoft.HybridCompute/machines/runCommands/write";
    const byName = permits({ denyAssignments: [deny(G1, { actions: [action] }, ["ann"])] }, question("runner", S1));
    const byGroup = permits(
      {
        principals: [principal("ann"), principal("ops", "group")],
        groups: [{ groupId: "ops", memberIds: ["ann"], transitive: false }],
        denyAssignments: [deny(G1, { actions: [action] }, ["ops"])],
      },
      question("runner", S1),
    );
    expect([byName[0]?.machines, byGroup[0]?.machines]).toEqual([1, 1]);
  });

  it("does not let a guest sign in, whatever the role says", () => {
    const [answer] = permits({ principals: [principal("ann", "guest")] }, question("user-login", S1));
    expect(answer?.capabilities).toEqual([]);
  });

  it("counts an undecided condition apart and never as a yes", () => {
    const condition = "@Resource[Microsoft.HybridCompute/machines:tier] StringEquals 'gold'";
    const [answer] = permits({}, question("runner", S1, { condition }));
    expect([answer?.machines, answer?.dependsOnCondition]).toEqual([0, 3]);
  });

  it("says that it does not know a role instead of saying that it permits nothing", () => {
    const answers = permits({}, question("nobody-read-this", S1), question(`/x/roleDefinitions/${ROLES.reader.id}`, S1));
    expect(answers.map(({ roleKnown }) => roleKnown)).toEqual([false, true]);
  });
});

describe("the blast radius", () => {
  const VAULT = `${S2}/resourceGroups/kv/providers/Microsoft.KeyVault/vaults/kv1`;
  const secrets = role("secrets", { dataActions: ["Microsoft.KeyVault/vaults/secrets/getSecret/action"] });
  const inputs: Partial<AccessInputs> = {
    roleDefinitions: [...Object.values(ROLES), secrets],
    machines: [MACHINE_1, MACHINE_2, MACHINE_4].map((id, at) => ({
      id,
      name: id.slice(-5),
      principalId: at === 1 ? null : `mi-${at}`,
    })),
    groups: [{ groupId: "vault-readers", memberIds: ["MI-0"], transitive: false }],
    assignments: [
      assign("vault-readers", "secrets", VAULT),
      assign("mi-0", "owner", S2),
      assign("mi-2", "reader", S1),
      assign("eve", "owner", "/"),
    ],
  };

  it("is what the identities hold that the role lets its holder become, also through groups, gravest first", () => {
    const [answer] = permits(inputs, question("runner", S1));
    expect(answer?.blastRadius).toMatchObject({ identities: 1, grants: 2, targets: 2 });
    expect(answer?.blastRadius.gravest.map(({ roleName, severity, identities }) => [roleName, severity, identities])).toEqual([
      ["owner", "critical", 1],
      ["secrets", "high", 1],
    ]);
  });

  it("is empty for a role that does not control a machine", () => {
    const [answer] = permits(inputs, question("reader", "/"));
    expect(answer?.machines).toBe(3);
    expect(answer?.blastRadius).toEqual({ identities: 0, grants: 0, targets: 0, gravest: [] });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { canDo } from "@/lib/domain/access/can-do";
import { type AssembledInputs, createInputsAssembler } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type AccessDecision, createControlClient } from "../../../emulator/testing/control-client";
import { randomStream } from "../../../emulator/world/random";
import { streamAccessInputs } from "./inputs";
import { createAccessBench, SECURITY } from "./testing";

const TRIPLES = 5_000;
const MACHINES = "Microsoft.HybridCompute/machines";
const ACTIONS: readonly { action: string; isDataAction: boolean }[] = [
  ...["login/action", "loginAsAdmin/action"].map((name) => ({ action: `${MACHINES}/${name}`, isDataAction: true })),
  ...["read", "write", "delete", "extensions/write", "extensions/read", "runCommands/write", "addExtensions/action"].map(
    (name) => ({
      action: `${MACHINES}/${name}`,
      isDataAction: false,
    }),
  ),
  ...[
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.HybridCompute/licenses/write",
    "Microsoft.HybridConnectivity/endpoints/listCredentials/action",
  ].map((action) => ({ action, isDataAction: false })),
];

let azure: LocalAzure;
let store: TestDatabase;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 250, options: { enforceQuotas: false } });
  store = await emptyTestDatabase();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

async function read(): Promise<{ result: AssembledInputs; now: Date }> {
  const control = createControlClient(azure.controlOrigin);
  const bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
  const ctx = bench.as(SECURITY);
  const assembler = createInputsAssembler();
  for await (const line of streamAccessInputs({ ctx, snapshot: false })) assembler.push(JSON.parse(line) as AccessInputsMessage);
  const result = assembler.end();
  if (result === null) throw new Error("no tail");
  return { result, now: ctx.clock.now() };
}

const VERDICTS = { yes: "allowed", depends: "depends", eligible: "denied", no: "denied" } as const;

describe("the engine and Azure", () => {
  it(`decide ${TRIPLES} random questions about people, actions and machines alike, from what the portal itself reads`, async () => {
    const { result, now } = await read();
    const index = prepareAccess(result.inputs, now);
    const people = result.inputs.principals.filter(({ kind }) => kind === "user" || kind === "guest");
    const random = randomStream(11);
    const pick = <Item>(list: readonly Item[]): Item => {
      const item = list[Math.floor(random() * list.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    };
    const questions = Array.from({ length: TRIPLES }, () => ({
      person: pick(people),
      machine: pick(result.inputs.machines),
      ...pick(ACTIONS),
    }));
    const control = createControlClient(azure.controlOrigin);
    const decisions = await control.decisions(
      questions.map(({ person, machine, action, isDataAction }) => ({
        principalId: person.id,
        scope: machine.id,
        action,
        dataAction: isDataAction,
      })),
    );
    const counts: Record<AccessDecision["outcome"], number> = { allowed: 0, depends: 0, denied: 0 };
    const differences: string[] = [];
    let hidden = 0;
    for (const [at, { person, machine, action, isDataAction }] of questions.entries()) {
      // Azure gives a disabled account no token, so it never comes to a decision.
      const expected = person.enabled === false ? "denied" : (decisions[at]?.outcome ?? "denied");
      const { verdict, atLeast } = canDo(index, { principalId: person.id, action, isDataAction, scope: machine.id });
      counts[expected] += 1;
      // Nobody may read the members of a hidden group, so there the answer is "at least" and names the group.
      const holder = azure.world.roleAssignments.find((row) => row.name === decisions[at]?.assignment)?.principalId;
      if (VERDICTS[verdict] === "denied" && atLeast.some((reason) => reason.source === "groups" && reason.at === holder)) {
        hidden += 1;
      } else if (VERDICTS[verdict] !== expected) {
        differences.push(`${person.displayName} ${action} on ${machine.name}: Azure ${expected}, engine ${verdict}`);
      }
    }
    process.stdout.write(
      `access: ${TRIPLES} questions, ${JSON.stringify(counts)}, ${hidden} through a hidden group, ${differences.length} differences\n`,
    );
    expect(differences).toEqual([]);
    expect(counts.allowed).toBeGreaterThan(400);
    expect(hidden).toBeLessThan(50);
    expect(counts.depends).toBeGreaterThan(5);
  });
});

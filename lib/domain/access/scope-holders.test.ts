import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assign,
  CORP,
  deny,
  G1,
  G2,
  MACHINE_1,
  MACHINE_2,
  MACHINE_4,
  NOW,
  PROD,
  principal,
  S1,
  S2,
  tenant,
} from "./access-fixture";
import { prepareAccess } from "./access-index";
import { evaluateFleet } from "./evaluate-fleet";
import { holdersBelow } from "./scope-holders";

const SCOPES = ["/", CORP, PROD, S1, S2, G1, G2, MACHINE_1, MACHINE_2, MACHINE_4];
const row = fc.record({
  who: fc.constantFrom("ada", "ben", "cleo", "team"),
  role: fc.constantFrom("owner", "contributor", "admin-login", "user-login", "reader"),
  scope: fc.constantFrom(...SCOPES),
});

describe("people below a scope", () => {
  it("are the different people of all its machines together, for any assignments and denies", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.option(fc.constantFrom(...SCOPES)), (rows, denied) => {
        const inputs = tenant({
          principals: [...["ada", "ben", "cleo"].map((id) => principal(id)), principal("team", "group")],
          groups: [{ groupId: "team", memberIds: ["ben", "cleo"], transitive: false }],
          assignments: rows.map(({ who, role, scope }) => assign(who, role, scope)),
          denyAssignments: denied === null ? [] : [deny(denied, { actions: ["*/write"] }, ["ben"])],
        });
        const fleet = evaluateFleet(prepareAccess(inputs, NOW));
        const { tree } = fleet.state;
        const capabilities = ["signInUser", "becomeIdentity"] as const;
        const columns = holdersBelow(fleet, capabilities, "now");
        for (const [at, capability] of capabilities.entries()) {
          for (const scope of SCOPES.slice(0, 7)) {
            const node = tree.nodeOf(scope.toLowerCase());
            const people = new Set<number>();
            for (let at = tree.firstMachine[node] ?? 0; at < (tree.lastMachine[node] ?? 0); at += 1) {
              for (const leaf of fleet.holdersOf(tree.machineAt[at] ?? -1, capability, "now")) people.add(leaf);
            }
            expect([scope, columns[at]?.[node]]).toEqual([scope, people.size]);
          }
        }
      }),
    );
  });
});

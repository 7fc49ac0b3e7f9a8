import { describe, expect, it } from "vitest";
import { pathFixture, principalFixture } from "../access-fixture";
import { grantFixture, reachFixture, VAULT_ID } from "./reach-fixture";
import { BOX, COLUMN_MAX, connectedTo, type GraphWords, howOf, layOut, reachGraph } from "./reach-graph";

const WORDS: GraphWords = {
  how: (way) => way,
  people: (count) => `${count} people`,
  targets: (count) => `${count} targets`,
  target: (grant) => grant.scope.name,
};
const ids = (column: string, graph = reachGraph(reachFixture(), WORDS)) =>
  graph.nodes.filter((node) => node.column === column).map((node) => node.label);

describe("the graph of the blast radius", () => {
  it("leads from a person by extension write through machine and identity to the vault", () => {
    const graph = reachGraph(reachFixture(), WORDS);
    const chain = ["people:dana", "how:writeExtensions", "machine:", "identity:id-1", "role:", "target:"];
    let at = "people:dana";
    for (const next of chain.slice(1)) {
      const edge = graph.edges.find(({ from, to }) => from === at && to.startsWith(next));
      expect(edge, `${at} to ${next}`).toBeDefined();
      at = edge?.to ?? "";
    }
    expect(at).toBe(`target:${VAULT_ID.toLowerCase()}`);
  });

  it.each([
    ["Microsoft.HybridCompute/machines/loginAsAdmin/action", "signInAdmin"],
    ["Microsoft.HybridCompute/machines/WACloginAsAdmin/action", "adminCenter"],
    ["Microsoft.HybridCompute/machines/runcommands/write", "runCommand"],
    ["Microsoft.HybridCompute/machines/addExtensions/action", "addExtensions"],
    ["Microsoft.HybridCompute/machines/extensions/write", "writeExtensions"],
    ["Microsoft.GuestConfiguration/guestConfigurationAssignments/write", "machineConfiguration"],
    ["Something.Else/write", "becomeIdentity"],
  ])("reads %s as %s", (action, way) => {
    expect(howOf(pathFixture({ action }))).toBe(way);
  });

  it("shows people one by one up to the limit and together above it", () => {
    const holders = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ principal: principalFixture(`p${index}`), paths: [pathFixture()] }));
    const become = (count: number) => ({ capability: "becomeIdentity", holders: holders(count), blocked: [] }) as const;
    expect(ids("people", reachGraph(reachFixture({ becomeIdentity: become(COLUMN_MAX) }), WORDS))).toHaveLength(COLUMN_MAX);
    expect(ids("people", reachGraph(reachFixture({ becomeIdentity: become(COLUMN_MAX + 1) }), WORDS))).toEqual(["13 people"]);
  });

  it("draws many targets of one role together and keeps the gravest severity", () => {
    const many = Array.from({ length: COLUMN_MAX + 1 }, (_, index) =>
      grantFixture({
        scope: { id: `/v/${index}`, kind: "other", name: `v${index}` },
        severity: index === 5 ? "critical" : "low",
      }),
    );
    const graph = reachGraph(reachFixture({ grants: many }), WORDS);
    expect(graph.nodes.filter((node) => node.column === "target")).toEqual([
      expect.objectContaining({ label: "13 targets", severity: "critical", count: 13 }),
    ]);
  });

  it("ends at the machine when there is no identity", () => {
    const graph = reachGraph(reachFixture({ identity: null, grants: [] }), WORDS);
    expect(ids("identity", graph)).toEqual([]);
    expect(graph.edges.every(({ to }) => !to.startsWith("identity"))).toBe(true);
  });

  it("connects a person with what they reach and not with other people", () => {
    const graph = reachGraph(reachFixture(), WORDS);
    const connected = connectedTo(graph, "people:dana");
    expect(connected.has(`target:${VAULT_ID.toLowerCase()}`)).toBe(true);
    expect(connected.has("people:kim")).toBe(false);
    expect(connected.has("how:signInAdmin")).toBe(false);
  });

  it("places no two boxes on each other and all inside the drawing", () => {
    const { boxes, width, height } = layOut(reachGraph(reachFixture(), WORDS));
    for (const [index, a] of boxes.entries()) {
      expect(a.x + BOX.width).toBeLessThanOrEqual(width);
      expect(a.y + BOX.height).toBeLessThanOrEqual(height);
      for (const b of boxes.slice(index + 1)) {
        expect(a.x === b.x && Math.abs(a.y - b.y) < BOX.height).toBe(false);
      }
    }
  });
});

import { describe, expect, it } from "vitest";
import {
  connectedQuery,
  extensionsAtQuery,
  extensionsOfQuery,
  extensionsQuery,
  machinesAtQuery,
  machinesByIdQuery,
  machinesQuery,
} from "./target-queries";

const EVIL = "rg') | union (resources) | where ('a' == 'a\\";
const EVIL_ID = `/subscriptions/s/resourceGroups/${EVIL}/providers/p/machines/${EVIL}/extensions/${EVIL}`;
/** A literal of the query language, escapes included. */
const LITERAL = /'(?:[^'\\]|\\.)*'/g;

describe("queries over the machines of a roll-out", () => {
  it.each([
    ["machinesQuery", machinesQuery([EVIL])],
    ["extensionsQuery", extensionsQuery([EVIL])],
    ["machinesByIdQuery", machinesByIdQuery([EVIL])],
    ["machinesAtQuery", machinesAtQuery([EVIL_ID])],
    ["extensionsAtQuery", extensionsAtQuery([EVIL_ID])],
    ["extensionsOfQuery", extensionsOfQuery([EVIL])],
    ["connectedQuery", connectedQuery([EVIL_ID])],
  ])("%s takes what an operator gave as a literal that it cannot leave", (_name, query) => {
    expect(query.replace(LITERAL, "''")).not.toMatch(/union|==/);
    expect(query.replace(LITERAL, "''")).not.toContain("'rg");
  });

  it("reads whole subscriptions where no resource group is named", () => {
    expect(machinesQuery(null)).not.toContain("resourceGroup in~");
  });
});

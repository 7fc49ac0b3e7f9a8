import { describe, expect, it } from "vitest";
import {
  type MatrixUrl,
  nextAccessSort,
  parseCapabilities,
  parseMatrixSort,
  parsePeopleSort,
  toMatrixQuery,
  writeAccessSort,
} from "./access-url";

const URL_STATE: MatrixUrl = {
  q: "srv",
  lane: "eligible",
  columns: ["read"],
  sort: { by: "name", descending: false },
  can: null,
  test: "more",
  than: 3,
  scope: "/subscriptions/x",
  incomplete: false,
};

describe("the address of the access pages", () => {
  it.each(["name", "-runCommand", "group", "-subscription"])("writes a sort as it was read: %s", (text) => {
    const sort = parseMatrixSort(text);
    expect(sort === null ? null : writeAccessSort(sort)).toBe(text);
  });

  it.each(["", "-", "owner", "--name", "toString"])("takes %j for no sort", (text) => {
    expect(parseMatrixSort(text)).toBeNull();
    expect(parsePeopleSort(text)).toBeNull();
  });

  it("sorts people by their figures only", () => {
    expect(parsePeopleSort("-eligible")).toEqual({ by: "eligible", descending: true });
    expect(parsePeopleSort("runCommand")).toBeNull();
  });

  it("keeps known capabilities in the table's order, once each; none at all means the usual ones", () => {
    expect(parseCapabilities("read,signInUser,owner,read")).toEqual(["signInUser", "read"]);
    expect(parseCapabilities("owner")).toBeNull();
  });

  it("asks for a filter only when a capability is named", () => {
    expect(toMatrixQuery(URL_STATE)).toMatchObject({ filter: null, search: "srv", lane: "eligible", scope: "/subscriptions/x" });
    expect(toMatrixQuery({ ...URL_STATE, can: "read" }).filter).toEqual({ capability: "read", test: "more", than: 3 });
  });

  it("lets texts rise and figures fall on the first click, and turns on the second", () => {
    const start = { by: "name", descending: false };
    expect(nextAccessSort(start, "name", true)).toEqual({ by: "name", descending: true });
    expect(nextAccessSort(start, "read", false)).toEqual({ by: "read", descending: true });
    expect(nextAccessSort({ by: "read", descending: true }, "read", false)).toEqual({ by: "read", descending: false });
    expect(nextAccessSort({ by: "read", descending: true }, "name", true)).toEqual(start);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FACET_COLUMN, FACETS, type FacetId, type GridColumn } from "./fleet-columns";
import {
  FIXTURE_NOW_MINUTE,
  FIXTURE_NOW_MS,
  type FixtureMachine,
  fixtureCertificates,
  fixtureCompleteness,
  fixtureExtensions,
  fixtureFleet,
  fixtureHead,
  fixtureRows,
  fixtureTail,
} from "./fleet-fixture";
import { naturalKey } from "./fleet-sort";
import { EMPTY_QUERY, FleetStore } from "./fleet-store";
import type { FleetQuery, FleetRow } from "./fleet-types";

const DAY = 1_440;

function load(machines: readonly FixtureMachine[], pageSize = 100): FleetStore {
  const store = new FleetStore();
  store.apply(fixtureHead(machines.length));
  for (let from = 0; from < machines.length; from += pageSize) {
    store.apply(fixtureRows(machines.slice(from, from + pageSize), from / pageSize));
  }
  store.apply(fixtureCertificates(machines));
  store.apply(fixtureExtensions(machines));
  store.apply(fixtureTail(machines.length));
  return store;
}

function query(changes: Partial<FleetQuery> = {}): FleetQuery {
  return { ...EMPTY_QUERY, nowMs: FIXTURE_NOW_MS, ...changes };
}

function machine(name: string, changes: Partial<FixtureMachine> = {}): FixtureMachine {
  const [base] = fixtureFleet(1);
  if (base === undefined) throw new Error("no fixture");
  return { ...base, id: base.id.replace(base.name, name), name, ...changes, text: { ...base.text, ...changes.text } };
}

const names = (rows: readonly FleetRow[]) => rows.map((row) => row.name);
const FLEET = fixtureFleet(400);

/** The slow, obvious reading of the same question: plain rows, plain loops. */
const facetText: Record<FacetId, (row: FleetRow) => string> = {
  status: (row) => row.status,
  certificate: (row) => row.certificateState,
  signIn: (row) => row.extensionState,
  identity: (row) => row.identityKind,
  os: (row) => row.os,
  join: (row) => row.joinState,
  agent: (row) => row.agentVersion,
  subscription: (row) => row.subscriptionId,
  group: (row) => row.resourceGroup,
  region: (row) => row.location,
};

function matches(row: FleetRow, search: string): boolean {
  const text = [
    row.name,
    row.computerName,
    row.principalId,
    row.status,
    row.os,
    row.osVersion,
    row.agentVersion,
    row.subscriptionId,
    row.subscriptionName,
    row.resourceGroup,
    row.location,
    row.domainName,
    row.tags,
  ]
    .join("\n")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(" ")
    .every((token) => text.includes(token));
}

function passes(row: FleetRow, q: FleetQuery, except?: FacetId): boolean {
  return FACETS.every((id) => {
    const values = q.filters[id];
    return id === except || values === undefined || values.length === 0 || values.includes(facetText[id](row));
  });
}

const sortText: Partial<Record<GridColumn, (row: FleetRow) => string>> = {
  name: (row) => naturalKey(row.name),
  status: (row) => naturalKey(row.status),
  os: (row) => naturalKey(row.os),
  region: (row) => naturalKey(row.location),
  agent: (row) => naturalKey(row.agentVersion),
};

const queries = fc.record({
  search: fc.constantFrom("", "a", "app", "AMS app", "contoso", "1.58", "team-a", "Production", "000012", "nothing-like-it"),
  status: fc.subarray(["Connected", "Expired", "Error"]),
  region: fc.subarray(["westeurope", "eastus"]),
  certificate: fc.subarray(["expired", "critical", "ok"]),
  sort: fc.array(
    fc.record({
      column: fc.constantFrom<GridColumn>("name", "status", "os", "region", "agent"),
      descending: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

describe("search, filters and facets against a plain reading of the rows", () => {
  const store = load(FLEET);
  const all = store.query(query(), 0, FLEET.length).rows;

  it("finds the same rows, counts the same facets without their own filter, and sorts in the same order", () => {
    fc.assert(
      fc.property(queries, (input) => {
        const q = query({
          search: input.search,
          filters: { status: input.status, region: input.region, certificate: input.certificate },
          sort: input.sort,
        });
        const view = store.query(q, 0, FLEET.length);
        const found = all.filter((row) => matches(row, input.search));
        const expected = found.filter((row) => passes(row, q));
        const order = [...input.sort, { column: "name", descending: false } as const];
        expected.sort((a, b) => {
          for (const { column, descending } of order) {
            const read = sortText[column];
            const [x, y] = [read?.(a) ?? "", read?.(b) ?? ""];
            if (x === y) continue;
            if (x === "") return 1;
            if (y === "") return -1;
            return (x < y ? -1 : 1) * (descending ? -1 : 1);
          }
          return 0;
        });
        expect(names(view.rows)).toEqual(names(expected));
        for (const id of FACETS) {
          const counts = new Map<string, number>();
          for (const row of found.filter((candidate) => passes(candidate, q, id))) {
            counts.set(facetText[id](row), (counts.get(facetText[id](row)) ?? 0) + 1);
          }
          const shown = view.facets[id].filter((entry) => entry.count > 0);
          expect(new Map(shown.map((entry) => [entry.value, entry.count])), id).toEqual(counts);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("gives the same answer when a search is typed letter by letter as when it is pasted", () => {
    const typed = load(FLEET);
    let last: FleetRow[] = [];
    for (const search of ["a", "ap", "app", "app ", "app f", "app fr", "app fra", "app fr", "app"]) {
      last = typed.query(query({ search }), 0, 400).rows;
      expect(names(last), search).toEqual(names(load(FLEET).query(query({ search }), 0, 400).rows));
    }
    expect(last.length).toBeGreaterThan(0);
  });

  it("finds a machine by its pasted resource id and by its principal id", () => {
    const target = FLEET[17];
    expect(names(store.query(query({ search: target?.id ?? "" }), 0, 10).rows)).toEqual([target?.name]);
    expect(names(store.query(query({ search: target?.text.principalId ?? "" }), 0, 10).rows)).toEqual([target?.name]);
  });

  it("maps every facet to a column that the rows carry", () => {
    for (const id of FACETS) expect(FACET_COLUMN[id]).toBeTypeOf("string");
  });
});

describe("values that Azure did not announce", () => {
  it("keeps an unknown status as it came, as a facet of its own", () => {
    const store = load([machine("a", { text: { status: "Hibernating" } }), machine("b", { text: { status: "Connected" } })]);
    const view = store.query(query({ filters: { status: ["Hibernating"] } }), 0, 10);
    expect(view.rows.map((row) => row.status)).toEqual(["Hibernating"]);
    expect(view.facets.status).toContainEqual({ value: "Hibernating", count: 1 });
  });

  it("merges two spellings of a resource group, which Azure treats without case", () => {
    const store = load([
      machine("a", { text: { resourceGroup: "RG-One" } }),
      machine("b", { text: { resourceGroup: "rg-one" } }),
    ]);
    expect(store.query(query(), 0, 10).facets.group).toEqual([{ value: "RG-One", count: 2 }]);
  });

  it("shows nothing for a filter value that no machine has, and keeps the value in the facet so that it can be removed", () => {
    const view = load(FLEET).query(query({ filters: { region: ["moonbase"] } }), 0, 10);
    expect(view.shown).toBe(0);
    expect(view.facets.region).toContainEqual({ value: "moonbase", count: 0 });
  });

  it("[B01] the filter for a missing identity returns exactly the machines without one", () => {
    const expected = FLEET.filter((item) => item.text.identityKind === "None").map((item) => item.name);
    const view = load(FLEET).query(query({ filters: { identity: ["None"] } }), 0, FLEET.length);
    expect(names(view.rows).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(0);
  });
});

describe("order", () => {
  it("puts srv-2 before srv-10 and ignores case", () => {
    const store = load([machine("SRV-10"), machine("srv-2"), machine("Srv-1")]);
    expect(names(store.query(query(), 0, 9).rows)).toEqual(["Srv-1", "srv-2", "SRV-10"]);
  });

  it("keeps machines without a value last in both directions", () => {
    const none = machine("none", { certificate: null });
    const soon = machine("soon", { certificate: { state: "ok", end: 100, start: 1, from: -1, to: -1 } });
    const late = machine("late", { certificate: { state: "ok", end: 200, start: 1, from: -1, to: -1 } });
    const store = load([none, late, soon]);
    const sorted = (descending: boolean) =>
      names(store.query(query({ sort: [{ column: "certificate", descending }] }), 0, 9).rows);
    expect(sorted(false)).toEqual(["soon", "late", "none"]);
    expect(sorted(true)).toEqual(["late", "soon", "none"]);
  });

  it("is the same whether the rows came in one page or in many", () => {
    const sort = [{ column: "region", descending: true }] as const;
    const one = load(FLEET, 400).query(query({ sort }), 0, 400).rows;
    const many = load([...FLEET].reverse(), 7).query(query({ sort }), 0, 400).rows;
    expect(names(many)).toEqual(names(one));
  });
});

describe("days left", () => {
  it.each([
    [90 * DAY, 90],
    [46 * DAY, 46],
    [45 * DAY, 45],
    [45 * DAY - 1, 44],
    [14 * DAY, 14],
    [1, 0],
    [0, 0],
    [-1, -1],
    [-6 * DAY, -6],
  ])("[B08] an end in %i minutes shows %i whole days", (minutes, days) => {
    const end = FIXTURE_NOW_MINUTE + minutes;
    const store = load([machine("a", { certificate: { state: "ok", end, start: end - 90 * DAY, from: -1, to: -1 } })]);
    expect(store.query(query(), 0, 1).rows[0]?.daysLeft).toBe(days);
  });

  it.each([
    ["Expired", 10, true],
    ["Expired", -10, false],
    ["Connected", -10, true],
    ["Connected", 10, false],
    ["Disconnected", -10, true],
    ["Error", -10, false],
  ])("[B10] status %s with an end in %i days is a disagreement: %s", (status, days, expected) => {
    const end = FIXTURE_NOW_MINUTE + days * DAY;
    const odd = machine("a", { text: { status }, certificate: { state: "ok", end, start: 1, from: -1, to: -1 } });
    const store = load([odd]);
    expect(store.query(query(), 0, 1).rows[0]?.disagreement).toBe(expected);
    expect(store.query(query({ disagreement: true }), 0, 1).shown).toBe(expected ? 1 : 0);
    expect(store.counts(FIXTURE_NOW_MS).disagreement).toBe(expected ? 1 : 0);
  });
});

describe("facts that arrive apart from their rows", () => {
  it("joins certificates and extensions that come before the rows, whatever the case of the id", () => {
    const [first] = FLEET;
    if (first === undefined) throw new Error("no fixture");
    const target = { ...first, extension: { state: "failed", exitCode: "51" } };
    const store = new FleetStore();
    store.apply(fixtureHead(1));
    store.apply(fixtureCertificates([target]));
    store.apply(fixtureExtensions([target]));
    store.apply(fixtureRows([{ ...target, id: target.id.toUpperCase() }]));
    const [row] = store.query(query(), 0, 1).rows;
    expect(row?.certificateState).toBe(target.certificate?.state);
    expect(row?.extensionState).toBe("failed");
    expect(row?.extensionExitCode).toBe("51");
  });

  it("says not installed only once the whole extension list has been read", () => {
    const bare = machine("a", { extension: null });
    const store = new FleetStore();
    store.apply(fixtureHead(1));
    store.apply(fixtureRows([bare]));
    expect(store.query(query(), 0, 1).rows[0]?.extensionState).toBe("");
    store.apply(fixtureTail(1, { extensions: fixtureCompleteness(0, false) }));
    expect(store.query(query(), 0, 1).rows[0]?.extensionState).toBe("unknown");
    store.apply(fixtureHead(1));
    store.apply(fixtureRows([bare]));
    store.apply(fixtureTail(1));
    expect(store.query(query(), 0, 1).rows[0]?.extensionState).toBe("notInstalled");
  });
});

describe("a refresh", () => {
  const [a, b, c] = [machine("a"), machine("b"), machine("c")];

  it("overwrites what changed, adds what is new and drops what a complete read no longer names", () => {
    const store = load([a, b]);
    store.apply(fixtureHead(2));
    store.apply(fixtureRows([{ ...b, text: { ...b.text, status: "Error" } }, c]));
    store.apply(fixtureTail(2));
    const view = store.query(query(), 0, 9);
    expect(names(view.rows)).toEqual(["b", "c"]);
    expect(view.rows[0]?.status).toBe("Error");
    expect(view.total).toBe(2);
  });

  it("keeps every row when it ends early or incomplete, and counts those that were not confirmed", () => {
    const store = load([a, b]);
    store.apply(fixtureHead(2));
    store.apply(fixtureRows([b]));
    expect(names(store.query(query(), 0, 9).rows)).toEqual(["a", "b"]);
    expect(store.unconfirmed()).toBe(1);
    store.apply(fixtureTail(1, { machines: fixtureCompleteness(1, false) }));
    expect(names(store.query(query(), 0, 9).rows)).toEqual(["a", "b"]);
  });

  it("drops the ids that the tail names as removed even when the read is incomplete", () => {
    const store = load([a, b]);
    store.apply(fixtureHead(2));
    store.apply(fixtureTail(0, { machines: fixtureCompleteness(0, false), removed: [a.id.toUpperCase()] }));
    expect(names(store.query(query(), 0, 9).rows)).toEqual(["b"]);
  });

  it("brings a machine back that was gone", () => {
    const store = load([a, b]);
    store.apply(fixtureHead(1));
    store.apply(fixtureRows([b]));
    store.apply(fixtureTail(1));
    store.apply(fixtureHead(2));
    store.apply(fixtureRows([a, b]));
    store.apply(fixtureTail(2));
    expect(names(store.query(query(), 0, 9).rows)).toEqual(["a", "b"]);
  });

  it("takes a machine that is gone out of the selection", () => {
    const store = load([a, b]);
    store.query(query(), 0, 9);
    store.select({ kind: "all" });
    store.apply(fixtureHead(1));
    store.apply(fixtureRows([b]));
    store.apply(fixtureTail(1));
    expect(store.query(query(), 0, 9).selection.count).toBe(1);
  });
});

describe("selection", () => {
  it("takes a range over rows that were never fetched, in either direction, both ends included", () => {
    const store = load(FLEET);
    store.query(query(), 0, 5);
    expect(store.select({ kind: "range", from: 310, to: 12, selected: true }).count).toBe(299);
    expect(store.rows(12, 1)[0]?.selected).toBe(true);
    expect(store.rows(310, 1)[0]?.selected).toBe(true);
    expect(store.rows(11, 1)[0]?.selected).toBe(false);
    expect(store.rows(311, 1)[0]?.selected).toBe(false);
  });

  it("selects all rows of the filter and none beyond it, and says how many a later filter hides", () => {
    const store = load(FLEET);
    const shown = store.query(query({ filters: { region: ["eastus"] } }), 0, 5).shown;
    expect(store.select({ kind: "all" })).toMatchObject({ count: shown, hidden: 0, allShown: true });
    const after = store.query(query({ filters: { region: ["uksouth"] } }), 0, 5);
    expect(after.selection).toMatchObject({ count: shown, hidden: shown, allShown: false });
    expect(store.select({ kind: "none" }).count).toBe(0);
  });

  it("names the machine when exactly one is selected", () => {
    const store = load(FLEET);
    const [first] = store.query(query(), 0, 1).rows;
    expect(store.select({ kind: "set", position: 0, selected: true }).single).toEqual({ id: first?.id, name: first?.name });
    expect(store.select({ kind: "set", position: 1, selected: true }).single).toBeNull();
  });

  it("exports the selection in the order of the view with hidden rows after it", () => {
    const store = load([machine("a"), machine("b", { text: { status: "Error" } }), machine("c")]);
    store.query(query(), 0, 9);
    store.select({ kind: "all" });
    store.query(query({ filters: { status: ["Error"] } }), 0, 9);
    const exported = store.exportRows("selection").map((row) => row.name);
    expect(exported[0]).toBe("b");
    expect(exported.sort()).toEqual(["a", "b", "c"]);
  });
});

describe("horizon: what lapses when everything stays as it is", () => {
  const certificate = (state: "ok" | "at-risk" | "renewal-stuck" | "expired", days: number) => ({
    state,
    end: FIXTURE_NOW_MINUTE + days * DAY,
    start: 0,
    from: -1,
    to: -1,
  });
  const store = load([
    machine("renews", { text: { status: "Connected" }, certificate: certificate("ok", 20) }),
    machine("stuck", { text: { status: "Connected" }, certificate: certificate("renewal-stuck", 20) }),
    machine("offline", { text: { status: "Disconnected" }, certificate: certificate("at-risk", 3) }),
    machine("gone", { text: { status: "Expired" }, certificate: certificate("expired", -5) }),
    machine("guess", {
      text: { status: "Disconnected" },
      certificate: {
        state: "estimated",
        end: -1,
        start: -1,
        from: FIXTURE_NOW_MINUTE + 8 * DAY,
        to: FIXTURE_NOW_MINUTE + 50 * DAY,
      },
    }),
    machine("silent", { text: { status: "AwaitingConnection" }, certificate: null }),
  ]);
  const horizon = store.horizon(FIXTURE_NOW_MS);

  it("lets connected machines renew, counts the others in the week of their end and the expired as beyond saving", () => {
    expect(horizon).toMatchObject({ beyondSaving: 1, renews: 1, unknown: 1, total: 6 });
    expect(horizon.weeks.map((week) => week.exact)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("draws an estimate from its first to its last possible week", () => {
    const touched = horizon.weeks.flatMap((week, index) => (week.possible === 1 ? [index] : []));
    expect(touched).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("filters the grid to exactly the machines of a week", () => {
    const week = horizon.weeks[0];
    const third = horizon.weeks[2];
    if (week === undefined || third === undefined) throw new Error("no week");
    expect(names(store.query(query({ lapse: { fromMinute: week.from, toMinute: week.to } }), 0, 9).rows)).toEqual(["offline"]);
    expect(names(store.query(query({ lapse: { fromMinute: third.from, toMinute: third.to } }), 0, 9).rows)).toEqual([
      "guess",
      "stuck",
    ]);
  });
});

describe("counts", () => {
  it("[C03] sign-in coverage equals the extension states, with those not yet read in no group", () => {
    const counts = load(FLEET).counts(FIXTURE_NOW_MS);
    const of = (state: string | null) => FLEET.filter((item) => (item.extension?.state ?? null) === state).length;
    expect(counts.signInInstalled).toBe(of("succeeded"));
    expect(counts.signInFailed).toBe(of("failed"));
    expect(counts.signInPending).toBe(of("creating"));
    expect(counts.signInMissing).toBe(of(null));
    expect(counts.machines).toBe(FLEET.length);
  });
});

describe("finding a machine by name", () => {
  it("puts names that begin with the text before names that hold it, and stops at the limit", () => {
    const store = load([machine("web-app"), machine("app-2"), machine("app-1"), machine("x", { tags: '{"role":"app"}' })]);
    expect(store.find("app", 9).map((item) => item.name)).toEqual(["app-2", "app-1", "web-app", "x"]);
    expect(store.find("app", 2)).toHaveLength(2);
    expect(store.find("  ", 9)).toEqual([]);
  });
});

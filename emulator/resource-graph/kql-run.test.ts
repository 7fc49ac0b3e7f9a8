import { describe, expect, it } from "vitest";
import { KqlError } from "./kql-errors.ts";
import { checkJoinLimits } from "./kql-join.ts";
import { parseQuery } from "./kql-parser.ts";
import { runQuery } from "./kql-run.ts";
import type { TableLoader } from "./kql-stage.ts";
import { toWire, type Value, type ValueType } from "./kql-values.ts";

const COLUMNS: [string, ValueType][] = [
  ["id", "string"],
  ["name", "string"],
  ["type", "string"],
  ["tags", "dynamic"],
  ["properties", "dynamic"],
];

type Row = Record<string, Value>;

const RESOURCES: Row[] = [
  {
    id: "/m/b",
    name: "b",
    type: "t/machines",
    tags: { tier: "0" },
    properties: { status: "Connected", cores: 4, list: ["x", "y"], at: "2026-07-16T10:00:00Z", on: true },
  },
  {
    id: "/m/a",
    name: "a",
    type: "t/machines",
    tags: null,
    properties: { status: "Expired", cores: 8, list: [], at: "2026-07-01T10:00:00Z", on: false },
  },
  {
    id: "/m/C",
    name: "C",
    type: "t/machines",
    tags: { tier: "1" },
    properties: { status: "connected", cores: 16, "odd-key": "z", nested: [{ v: 1 }, { v: 2 }] },
  },
  { id: "/m/b/e/x", name: "x", type: "t/extensions", tags: null, properties: { state: "Succeeded", machine: "/m/b" } },
];
const CONTAINERS: Row[] = [{ id: "/m/b", name: "container", type: "t/containers", tags: null, properties: {} }];

const loads: (string[] | null)[] = [];
const load: TableLoader = (table, types) => {
  const rows = { resources: RESOURCES, resourcecontainers: CONTAINERS }[table];
  if (!rows) throw new KqlError({ kind: "table", table });
  loads.push(types === null ? null : [...types]);
  return { sources: rows.map((row) => ({ cell: (column) => row[column] ?? null })), columns: new Map(COLUMNS) };
};

const NOW_MS = Date.UTC(2026, 6, 16, 12);

function run(text: string): Record<string, unknown>[] {
  const query = parseQuery(text);
  checkJoinLimits(query);
  const stage = runQuery(query, { nowMs: NOW_MS, load });
  return stage.sources.map((source) =>
    Object.fromEntries([...stage.schema].map(([name, { type, get }]) => [name, toWire(get(source), type)])),
  );
}

function names(text: string): unknown[] {
  return run(`${text} | project name`).map((row) => row.name);
}

function value(expression: string): unknown {
  return run(`resources | where name == 'b' | project r = ${expression}`)[0]?.r;
}

function failure(text: string): unknown {
  try {
    run(text);
  } catch (error) {
    if (error instanceof KqlError) return error.failure;
    throw error;
  }
  return "accepted";
}

describe("where", () => {
  it.each([
    ["name == 'B'", []],
    ["name =~ 'B'", ["b"]],
    ["name !~ 'B' and type == 't/machines'", ["a", "C"]],
    ["properties.status =~ 'connected'", ["b", "C"]],
    ["properties.status in ('Connected', 'Expired')", ["b", "a"]],
    ["properties.status in~ ('CONNECTED')", ["b", "C"]],
    ["properties.status !in~ ('connected') and type endswith 'machines'", ["a"]],
    ["properties.status in (dynamic(['Expired']))", ["a"]],
    ["type startswith 'T/M'", ["b", "a", "C"]],
    ["type startswith_cs 'T/M'", []],
    ["id contains 'M/B'", ["b", "x"]],
    ["id !contains 'm/b'", ["a", "C"]],
    ["type has 'machines'", ["b", "a", "C"]],
    ["type has 'machine'", []],
    ["properties.cores > 4", ["a", "C"]],
    ["properties.cores >= 4 and properties.cores < 16", ["b", "a"]],
    ["properties.cores between (8 .. 16)", ["a", "C"]],
    ["properties.on == true", ["b"]],
    ["not(type == 't/machines')", ["x"]],
    ["name == 'a' or name == 'b' and type == 'nothing'", ["a"]],
    ["(name == 'a' or name == 'b') and type == 't/machines'", ["b", "a"]],
    ["isempty(tags.tier) and type == 't/machines'", ["a"]],
    ["isnotempty(tags.tier)", ["b", "C"]],
    ["tags.tier != '0'", ["a", "C", "x"]],
    ["todatetime(properties.at) > ago(3d)", ["b"]],
    ["todatetime(properties.at) < datetime(2026-07-10)", ["a"]],
    ["properties['odd-key'] == 'z'", ["C"]],
    ["properties.nested[1].v == 2", ["C"]],
    ["properties.list[-1] == 'y'", ["b"]],
    ["name has_any ('b', 'zz')", ["b"]],
  ])("%s", (predicate, expected) => {
    expect(names(`resources | where ${predicate}`)).toEqual(expected);
  });

  it("tells the table which types a leading filter asks for", () => {
    run("resources | where type =~ 'T/Machines' and name == 'a' | count");
    expect(loads.at(-1)).toEqual(["t/machines"]);
  });

  it("tells the table nothing when another operator stands first", () => {
    run("resources | extend type = 'z' | where type == 'z' | count");
    expect(loads.at(-1)).toBeNull();
  });
});

describe("functions", () => {
  it.each([
    ["tostring(properties.cores)", "4"],
    ["tostring(properties.missing)", ""],
    ["tolower('ABC')", "abc"],
    ["toupper(name)", "B"],
    ["toint('12') + 1", 13],
    ["tolong('x')", null],
    ["7 / 2", 3],
    ["7.0 / 2", 3.5],
    ["1 / 0", null],
    ["tobool('true')", true],
    ["todatetime('2026-07-16')", "2026-07-16T00:00:00.0000000Z"],
    ["todatetime('nonsense')", null],
    ["now() - todatetime('2026-07-15T12:00:00Z')", "1.00:00:00"],
    ["now() > ago(1s)", true],
    ["substring('abcdef', 2)", "cdef"],
    ["substring('abcdef', 2, 2)", "cd"],
    ["substring('abcdef', -2)", "ef"],
    ["indexof('abcabc', 'c')", 2],
    ["indexof('abc', 'z')", -1],
    ["strcat(name, '-', 1)", "b-1"],
    ["strlen('abc')", 3],
    ["split('a/b/c', '/')[-1]", "c"],
    ["split('a/b/c', '/', 1)", ["b"]],
    ["iff(name == 'b', 'yes', 'no')", "yes"],
    ["iif(name == 'z', 'yes', 'no')", "no"],
    ["case(name == 'a', 1, name == 'b', 2, 3)", 2],
    ["coalesce(properties.missing, tags.tier, 'z')", "0"],
    ["isnull(properties.missing)", true],
    ["isnotnull(properties.missing)", false],
    ["isempty('')", true],
    ["array_length(properties.list)", 2],
    ["array_length(name)", null],
    ['parse_json(\'{"a":{"b":5}}\').a.b', 5],
    ["pack('k', name).k", "b"],
    ['dynamic({"k":[1,-2,null]}).k[1]', -2],
    ["-toint('3')", -3],
  ])("%s", (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });
});

describe("projection", () => {
  it("names unnamed columns after their path, through conversions", () => {
    expect(Object.keys(run("resources | project tostring(properties.status), tags.tier, split(id, '/')[1]")[0] ?? {})).toEqual([
      "properties_status",
      "tags_tier",
      "Column1_1",
    ]);
  });

  it("extend replaces a column and keeps the others", () => {
    const [row] = run("resources | where name == 'a' | extend name = toupper(name), extra = 1");
    expect(row).toMatchObject({ id: "/m/a", name: "A", extra: 1 });
  });

  it("project-away takes names and prefixes", () => {
    expect(Object.keys(run("resources | project-away properties, t*")[0] ?? {})).toEqual(["id", "name"]);
  });

  it("project-rename keeps the place of the column", () => {
    expect(Object.keys(run("resources | project id, name | project-rename key = id")[0] ?? {})).toEqual(["key", "name"]);
  });

  it("reads resources when the query names no table", () => {
    expect(run("project name | limit 2")).toEqual([{ name: "b" }, { name: "a" }]);
  });
});

describe("order, take, top, count, distinct", () => {
  it("orders descending unless told otherwise", () => {
    expect(names("resources | order by name")).toEqual(["x", "b", "a", "C"]);
  });

  it("orders by several keys, nulls first when ascending and last when descending", () => {
    expect(names("resources | sort by tostring(properties.status) asc, name desc")).toEqual(["x", "b", "a", "C"]);
    expect(names("resources | order by toint(properties.cores) asc")[0]).toBe("x");
    expect(names("resources | order by toint(properties.cores) desc").at(-1)).toBe("x");
    expect(names("resources | order by toint(properties.cores) desc nulls first")[0]).toBe("x");
  });

  it("take and limit mark the result as limited, which ends paging", () => {
    const stage = runQuery(parseQuery("resources | take 2"), { nowMs: NOW_MS, load });
    expect([stage.sources.length, stage.limited]).toEqual([2, true]);
  });

  it("top takes the first by a key", () => {
    expect(names("resources | top 1 by toint(properties.cores)")).toEqual(["C"]);
  });

  it("count gives one row with the column Count", () => {
    expect(run("resources | where type == 't/machines' | count")).toEqual([{ Count: 3 }]);
  });

  it("distinct gives each value once", () => {
    expect(run("resources | distinct type")).toEqual([{ type: "t/machines" }, { type: "t/extensions" }]);
  });
});

describe("summarize", () => {
  it("counts by a key and names the columns as the service does", () => {
    expect(run("resources | summarize count() by type")).toEqual([
      { type: "t/machines", count_: 3 },
      { type: "t/extensions", count_: 1 },
    ]);
  });

  it("computes count, dcount, min, max, sum, avg, countif and sets", () => {
    const query = `resources | where type == 't/machines'
      | summarize n = count(), d = dcount(tolower(properties.status)), lo = min(toint(properties.cores)), hi = max(toint(properties.cores)),
        s = sum(toint(properties.cores)), m = avg(toint(properties.cores)), big = countif(properties.cores > 4), all = make_set(type)`;
    expect(run(query)).toEqual([{ n: 3, d: 2, lo: 4, hi: 16, s: 28, m: 28 / 3, big: 2, all: ["t/machines"] }]);
  });

  it("gives one row of zero for an empty input without keys, and none with keys", () => {
    expect(run("resources | where name == 'none' | summarize count()")).toEqual([{ count_: 0 }]);
    expect(run("resources | where name == 'none' | summarize count() by type")).toEqual([]);
  });

  it("refuses a dynamic key and asks for a cast", () => {
    expect(failure("resources | summarize count() by properties.status")).toMatchObject({
      kind: "semantic",
      message: expect.stringContaining("Please use an explicit cast"),
    });
  });
});

describe("mv-expand", () => {
  it("makes one row per element and keeps rows without elements", () => {
    expect(run("resources | where type == 't/machines' | mv-expand item = properties.list | project name, item")).toEqual([
      { name: "b", item: "x" },
      { name: "b", item: "y" },
      { name: "a", item: null },
      { name: "C", item: null },
    ]);
  });

  it("takes at most its row limit per row", () => {
    expect(run("resources | where name == 'b' | mv-expand item = properties.list limit 1")).toHaveLength(1);
  });

  it("refuses a row limit above 400", () => {
    expect(failure("resources | mv-expand tags limit 401")).toMatchObject({ kind: "semantic" });
  });
});

describe("join", () => {
  const right =
    "(resources | where type == 't/extensions' | project k = tostring(properties.machine), state = tostring(properties.state), name)";

  it("leftouter keeps rows without a match, with empty text in the columns of the other side", () => {
    expect(
      run(
        `resources | where type == 't/machines' | extend k = id | join kind=leftouter ${right} on k | project name, state, name1`,
      ),
    ).toEqual([
      { name: "b", state: "Succeeded", name1: "x" },
      { name: "a", state: "", name1: "" },
      { name: "C", state: "", name1: "" },
    ]);
  });

  it("inner keeps matches only", () => {
    expect(names(`resources | where type == 't/machines' | extend k = id | join kind=inner ${right} on k`)).toEqual(["b"]);
  });

  it("innerunique, the default kind, uses one row per key of the left side", () => {
    expect(run("resources | extend k = 'same' | join (resourcecontainers | extend k = 'same') on k")).toHaveLength(1);
    expect(run("resources | extend k = 'same' | join kind=inner (resourcecontainers | extend k = 'same') on k")).toHaveLength(4);
  });

  it("joins on differently named keys with $left and $right", () => {
    expect(names("resources | join kind=inner (resourcecontainers | project cid = id) on $left.id == $right.cid")).toEqual(["b"]);
  });

  it("joins the same table without limit up to three and refuses the fourth", () => {
    const joins = (count: number) => `resources${" | join kind=inner (resources | project id) on id".repeat(count)}`;
    expect(failure(joins(3))).toBe("accepted");
    expect(failure(joins(4))).toMatchObject({ kind: "semantic" });
  });

  it("refuses a dynamic key", () => {
    expect(failure("resources | join kind=inner (resources | project tags) on tags")).toMatchObject({ kind: "semantic" });
  });
});

describe("refusals", () => {
  it.each([
    ["resources | parse id with * '/x'", { kind: "language", token: "parse" }],
    ["union resources", { kind: "language", token: "union" }],
    ["resources | mv-apply x = tags on (count)", { kind: "language", token: "mv-apply" }],
    ["let x = 1; resources", { kind: "language", token: "let" }],
    ["resources | whee", { kind: "parser", line: 1, column: 12, token: "whee" }],
    ["resources\n| where name ==", { kind: "parser", line: 2, column: 15, token: "<EOF>" }],
    ["resources | where (name == 'a'", { kind: "parser", line: 1, column: 30, token: "<EOF>", expected: ")" }],
    ["resources | take ten", { kind: "parser", line: 1, column: 17, token: "ten" }],
    ["resources | project name extra", { kind: "parser", line: 1, column: 25, token: "extra" }],
    ["resources | join kind=fullouter (resources) on id", { kind: "parser", line: 1, column: 22, token: "fullouter" }],
    ["policyresources | count", { kind: "table", table: "policyresources" }],
    [
      "resources | where foo == 1",
      { kind: "semantic", message: "'where' operator: Failed to resolve scalar expression named 'foo'" },
    ],
    [
      "resources | where name",
      { kind: "semantic", message: "'where' operator: The predicate must be of type bool, 'string' was found" },
    ],
    ["resources | extend x = frob(name)", { kind: "semantic", message: "Unknown function: 'frob'." }],
    [
      "resources | extend x = name.part",
      { kind: "semantic", message: "'extend' operator: Path expression source must be of type 'dynamic', 'string' was found" },
    ],
    [
      "resources | where name > 5",
      { kind: "semantic", message: "Cannot compare values of types string and long. Try adding explicit casts" },
    ],
    [
      "resources | where name in (1)",
      { kind: "semantic", message: "Cannot compare values of types string and long. Try adding explicit casts" },
    ],
    [
      "resources | extend x = now() + now()",
      { kind: "semantic", message: "Operator '+' does not fit types datetime and datetime" },
    ],
    ["resources | extend x = ago('1d')", { kind: "semantic", message: "ago(): argument #1 must be of type timespan" }],
    [
      "resources | extend x = tolower()",
      { kind: "semantic", message: "tolower(): function expects 1 to 1 argument(s), 0 found" },
    ],
    [
      "resources | order by tags",
      { kind: "semantic", message: "'order' operator: key can't be of dynamic type. Use an explicit cast" },
    ],
    [
      "resources | project-away nothing",
      { kind: "semantic", message: "'project-away' operator: Failed to resolve column 'nothing'" },
    ],
    [
      "resources | summarize frob(name)",
      { kind: "semantic", message: "'summarize' operator: Failed to resolve aggregate 'frob'" },
    ],
  ])("%s", (query, expected) => {
    expect(failure(query)).toEqual(expected);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { portalMetrics, routeTemplate } from "./portal-metrics";
import { processFamilies } from "./process-metrics";
import { Family, metricsText } from "./registry";

describe("the text form", () => {
  it("of a counter and a gauge: help, type, one line per label set", () => {
    const counter = new Family("counter", "a_total", "Things.");
    counter.add({ kind: "x" });
    counter.add({ kind: "x" }, 2);
    counter.add({ kind: "y" });
    const gauge = new Family("gauge", "b", "A level.");
    gauge.set({}, 5);
    gauge.set({}, 4);
    expect(metricsText([counter, gauge])).toBe(
      '# HELP a_total Things.\n# TYPE a_total counter\na_total{kind="x"} 3\na_total{kind="y"} 1\n# HELP b A level.\n# TYPE b gauge\nb 4\n',
    );
  });

  it("of a histogram: buckets add up, bounds are included, what is longer stands in +Inf only", () => {
    const family = new Family("histogram", "h", "Seconds.", [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 7]) family.observe({ route: "/" }, value);
    expect(family.lines().slice(2)).toEqual([
      'h_bucket{route="/",le="0.1"} 2',
      'h_bucket{route="/",le="1"} 3',
      'h_bucket{route="/",le="+Inf"} 4',
      'h_sum{route="/"} 7.65',
      'h_count{route="/"} 4',
    ]);
  });

  it("lets no label value break out of its line", () => {
    const family = new Family("counter", "c", "C.");
    family.add({ value: 'a"b\\c\nd' });
    expect(family.lines().at(-1)).toBe('c{value="a\\"b\\\\c\\nd"} 1');
  });

  it("takes a limited number of label sets; the rest is counted together and nothing is lost", () => {
    const family = new Family("counter", "c", "C.");
    for (let index = 0; index < 1_000; index++) family.add({ route: `/${index}`, method: "GET" });
    const lines = family.lines().slice(2);
    expect(lines).toHaveLength(401);
    expect(lines.at(-1)).toBe('c{route="other",method="other"} 600');
  });
});

describe("the route of an address", () => {
  it.each([
    ["/api/rollouts", {}, "/api/rollouts"],
    ["/api/rollouts/7f0c", { id: "7f0c" }, "/api/rollouts/{id}"],
    ["/api/rollouts/7f0c/tasks/12", { id: "7f0c", position: "12" }, "/api/rollouts/{id}/tasks/{position}"],
    [
      "/api/machines/s/my%20group/n",
      { subscription: "s", group: "my group", name: "n" },
      "/api/machines/{subscription}/{group}/{name}",
    ],
    ["/api/x/a/b", { rest: ["a", "b"] }, "/api/x/{rest}/{rest}"],
    ["/api/x/%zz", { id: "y" }, "/api/x/%zz"],
  ])("%s with %j: %s", (path, params, route) => {
    expect(routeTemplate(path, params)).toBe(route);
  });
});

describe("what the portal counts", () => {
  beforeEach(() => {
    Object.assign(globalThis, { __arcwardenMetrics: undefined });
  });

  it("answers by route, method and class of status", () => {
    portalMetrics().http({ route: "/api/fleet", method: "GET", status: 200, seconds: 0.2 });
    portalMetrics().http({ route: "/api/fleet", method: "GET", status: 204, seconds: 0.4 });
    portalMetrics().http({ route: "/api/fleet", method: "BREW", status: 503, seconds: 4 });
    const text = metricsText(portalMetrics().families());
    expect(text).toContain('arcwarden_http_request_duration_seconds_count{route="/api/fleet",method="GET",status="2xx"} 2');
    expect(text).toContain('arcwarden_http_request_duration_seconds_count{route="/api/fleet",method="other",status="5xx"} 1');
  });

  it("requests to Azure by service, lost answers and throttling apart", () => {
    portalMetrics().azure({ service: "arm", status: 429, seconds: 0.1 });
    portalMetrics().azure({ service: "arm", status: null, seconds: 30 });
    const text = metricsText(portalMetrics().families());
    expect(text).toContain('arcwarden_azure_request_duration_seconds_count{service="arm",status="4xx"} 1');
    expect(text).toContain('arcwarden_azure_request_duration_seconds_count{service="arm",status="none"} 1');
    expect(text).toContain('arcwarden_azure_throttled_total{service="arm"} 1');
  });

  it("one set of counts per process, whichever bundle asks", () => {
    expect(portalMetrics()).toBe(portalMetrics());
  });
});

it("numbers of the process are numbers, also before the first sample", () => {
  const text = metricsText(processFamilies(new Date("2026-11-21T12:00:00Z")));
  expect(text).toContain("process_start_time_seconds 1795262400");
  const values = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(values.length).toBeGreaterThan(7);
  for (const line of values) expect(Number(line.split(" ").at(-1))).toBeGreaterThanOrEqual(0);
  expect(text).not.toMatch(/NaN|Infinity/);
});

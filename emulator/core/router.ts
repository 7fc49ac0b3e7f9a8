import type { Face, Route } from "./contract.ts";

type Segment = { kind: "literal"; text: string } | { kind: "one"; name: string } | { kind: "many"; name: string };
type CompiledRoute = { route: Route; segments: Segment[] };

export type RouteMatch = { route: Route; params: Record<string, string> };
export type Router = {
  match(face: Face, method: string, segments: readonly string[]): RouteMatch | null;
  /** Methods for which this path has a route. */
  methodsAt(face: Face, segments: readonly string[]): string[];
  routes: readonly Route[];
};

function compile(pattern: string): Segment[] {
  return pattern
    .split("/")
    .filter((part) => part !== "")
    .map((part): Segment => {
      if (part.startsWith("{+") && part.endsWith("}")) return { kind: "many", name: part.slice(2, -1) };
      if (part.startsWith("{") && part.endsWith("}")) return { kind: "one", name: part.slice(1, -1) };
      return { kind: "literal", text: part.toLowerCase() };
    });
}

const RANK = { literal: 0, one: 1, many: 2 };

/** Literal segments come before names, names before several segments, so that the most exact route wins. */
function compareExactness(left: CompiledRoute, right: CompiledRoute): number {
  const length = Math.min(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.segments[index];
    const b = right.segments[index];
    if (a !== undefined && b !== undefined && a.kind !== b.kind) return RANK[a.kind] - RANK[b.kind];
  }
  return right.segments.length - left.segments.length;
}

function matchSegments(pattern: readonly Segment[], path: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  const walk = (patternIndex: number, pathIndex: number): boolean => {
    const segment = pattern[patternIndex];
    if (segment === undefined) return pathIndex === path.length;
    if (segment.kind === "many") {
      for (let end = path.length; end >= pathIndex; end -= 1) {
        if (!walk(patternIndex + 1, end)) continue;
        params[segment.name] = path.slice(pathIndex, end).join("/");
        return true;
      }
      return false;
    }
    const text = path[pathIndex];
    if (text === undefined) return false;
    if (segment.kind === "literal" && segment.text !== text.toLowerCase()) return false;
    if (!walk(patternIndex + 1, pathIndex + 1)) return false;
    if (segment.kind === "one") params[segment.name] = text;
    return true;
  };
  return walk(0, 0) ? params : null;
}

/** Path matching without regard to case. `{+name}` takes any number of segments, none included, joined without a leading slash. */
export function createRouter(routes: readonly Route[]): Router {
  const byFace = new Map<Face, CompiledRoute[]>();
  for (const route of routes) {
    const list = byFace.get(route.face) ?? [];
    list.push({ route, segments: compile(route.pattern) });
    byFace.set(route.face, list);
  }
  for (const list of byFace.values()) list.sort(compareExactness);
  return {
    routes,
    match: (face, method, segments) => {
      for (const candidate of byFace.get(face) ?? []) {
        if (candidate.route.method !== method) continue;
        const params = matchSegments(candidate.segments, segments);
        if (params !== null) return { route: candidate.route, params };
      }
      return null;
    },
    methodsAt: (face, segments) => {
      const hits = (byFace.get(face) ?? []).filter((candidate) => matchSegments(candidate.segments, segments) !== null);
      return [...new Set(hits.map((hit) => hit.route.method))];
    },
  };
}

/** Families of calls that local Azure has. Calls of other families in a recording are left out of its replay. */
export type Family =
  | "hybridcompute machines"
  | "hybridcompute extensions"
  | "role assignments and definitions"
  | "privileged identity management"
  | "subscriptions and tenants"
  | "resource graph"
  | "activity log"
  | "graph users and groups"
  | "graph service principals";

type Rule = { family: Family; method: RegExp; path: RegExp };

const MACHINE = "/providers/microsoft\\.hybridcompute/machines";

const RULES: readonly Rule[] = [
  { family: "hybridcompute machines", method: /^(GET|DELETE)$/, path: new RegExp(`${MACHINE}(/[^/]+)?$`, "i") },
  {
    family: "hybridcompute extensions",
    method: /^(GET|PUT|PATCH|DELETE)$/,
    path: new RegExp(`${MACHINE}/[^/]+/extensions(/[^/]+)?$`, "i"),
  },
  { family: "hybridcompute extensions", method: /^POST$/, path: new RegExp(`${MACHINE}/[^/]+/upgradeextensions$`, "i") },
  {
    family: "hybridcompute extensions",
    method: /^GET$/,
    path: /\/microsoft\.hybridcompute\/locations\/[^/]+\/(operationstatus|operationresults)\//i,
  },
  { family: "hybridcompute extensions", method: /^GET$/, path: /\/microsoft\.hybridcompute\/locations\/[^/]+\/publishers\//i },
  {
    family: "role assignments and definitions",
    method: /^GET$/,
    path: /\/microsoft\.authorization\/(roleassignments|roledefinitions|permissions)/i,
  },
  {
    family: "role assignments and definitions",
    method: /^(PUT|DELETE)$/,
    path: /\/microsoft\.authorization\/(roleassignments|roledefinitions)\//i,
  },
  {
    family: "privileged identity management",
    method: /^(GET|PUT|POST)$/,
    path: /\/microsoft\.authorization\/role(assignment|eligibility)schedulerequests\//i,
  },
  {
    family: "subscriptions and tenants",
    method: /^GET$/,
    path: /^\/(tenants|subscriptions(\/[^/]+(\/locations|\/resourcegroups\/[^/]+)?)?)$/i,
  },
  { family: "resource graph", method: /^POST$/, path: /^\/providers\/microsoft\.resourcegraph\/resources$/i },
  { family: "activity log", method: /^GET$/, path: /\/microsoft\.insights\/eventtypes\/management\/values$/i },
  { family: "graph users and groups", method: /^GET$/, path: /^\/v1\.0\/(users|groups)/i },
  {
    family: "graph users and groups",
    method: /^POST$/,
    path: /^\/v1\.0\/(directoryobjects\/getbyids|users.*\/getmembergroups)$/i,
  },
  { family: "graph service principals", method: /^GET$/, path: /^\/v1\.0\/serviceprincipals/i },
];

/** Calls that begin an operation which local Azure does not have; the polls after them belong to that operation. */
const FOREIGN_OPERATION = /\/(installpatches|assesspatches|reconcile)$|\/(runcommands|licenses|privatelinkscopes)\//i;

export function familyOf(method: string, url: string): Family | null {
  const path = decodeURIComponent(new URL(url).pathname)
    .replace(/\/{2,}/g, "/")
    .replace(/\/$/, "");
  return RULES.find((rule) => rule.method.test(method) && rule.path.test(path))?.family ?? null;
}

export function startsForeignOperation(method: string, url: string): boolean {
  return method !== "GET" && FOREIGN_OPERATION.test(new URL(url).pathname);
}

/** Official descriptions that are in the repository, per family of paths, oldest first. */
type SpecFamily = { name: string; path: RegExp; versions: readonly string[]; equals?: Record<string, string> };

const FAMILIES: readonly SpecFamily[] = [
  {
    name: "role assignments",
    path: /\/microsoft\.authorization\/roleassignments(\/|$)/i,
    versions: ["2018-09-01-preview", "2020-04-01-preview", "2022-04-01"],
  },
  {
    name: "role definitions",
    path: /\/microsoft\.authorization\/(roledefinitions|permissions)/i,
    versions: ["2018-01-01-preview", "2022-04-01", "2022-05-01-preview"],
  },
  { name: "deny assignments", path: /\/microsoft\.authorization\/denyassignments/i, versions: ["2022-04-01"] },
  { name: "approvals", path: /\/microsoft\.authorization\/roleassignmentapprovals/i, versions: ["2021-01-01-preview"] },
  {
    name: "privileged identity management",
    path: /\/microsoft\.authorization\/(role(assignment|eligibility)schedule|rolemanagementpolic|eligiblechildresources)/i,
    versions: ["2020-10-01"],
  },
  { name: "activity log", path: /\/microsoft\.insights\//i, versions: ["2015-04-01"] },
  {
    name: "resource graph",
    path: /\/microsoft\.resourcegraph\//i,
    versions: ["2021-03-01", "2024-04-01"],
    // Both have one schema; 2021-03-01 lacks authorizationScopeFilter (azure-apis.md 0.1).
    equals: { "2022-10-01": "2024-04-01" },
  },
  {
    name: "subscriptions and tenants",
    path: /^\/+(tenants|subscriptions(\/[^/]+(\/locations)?)?)\/?$/i,
    versions: ["2016-06-01", "2019-11-01", "2022-12-01"],
  },
  {
    name: "resource groups and providers",
    path: /^\/+subscriptions\/[^/]+\/(resourcegroups(\/[^/]+)?|providers(\/[^/]+)?)\/?$/i,
    versions: ["2021-04-01", "2022-09-01", "2024-07-01"],
  },
  {
    name: "hybridcompute",
    path: /\/providers\/microsoft\.hybridcompute\//i,
    versions: [
      "2019-08-02",
      "2020-08-02",
      "2021-05-20",
      "2022-03-10",
      "2022-12-27",
      "2023-10-03-preview",
      "2024-05-20-preview",
      "2024-07-10",
      "2024-11-10-preview",
    ],
  },
];

export type SpecChoice = { family: string; version: string };

/**
 * The description to judge an ARM path by: the asked version when it is there, else the newest before it, else the oldest.
 * Null when no description covers the path.
 */
export function specVersionFor(path: string, apiVersion: string): SpecChoice | null {
  const family = FAMILIES.find((candidate) => candidate.path.test(path));
  if (!family) return null;
  const equal = family.equals?.[apiVersion];
  if (equal !== undefined) return { family: family.name, version: equal };
  const older = family.versions.filter((version) => version <= apiVersion);
  const version = older.at(-1) ?? family.versions[0];
  return version === undefined ? null : { family: family.name, version };
}

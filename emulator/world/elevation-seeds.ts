import { ACCESS_ROLES, ordinaryPerson } from "./access-catalogue.ts";
import { groupIdOf } from "./people.ts";
import { personaId } from "./personas.ts";
import { type SubscriptionKey, subscriptionIdOf } from "./places.ts";
import { ROLE_IDS, toAssignment } from "./roles.ts";
import type { RoleAssignment } from "./types.ts";

/** Which settings a role has at a scope; absent = the settings of every untouched policy. */
export type PolicyKind = "plain" | "ticket" | "approval" | "strongSignIn" | "managedDevice" | "guarded" | "limited";

export const sub = (key: SubscriptionKey): string => `/subscriptions/${subscriptionIdOf(key)}`;
const SQL_GROUP = `${sub("prodEu2")}/resourceGroups/rg-sql-fra`;

type Place = { role: string; scope: string; policy: PolicyKind | null };
const at = (scope: string, role: string, policy: PolicyKind | null): Place => ({ role, scope, policy });

/** What the fleet operator may activate besides the sign-in role of Production EU 01: eight subscriptions and one group. */
const OPERATOR: readonly Place[] = [
  at(sub("prodEu1"), ROLE_IDS.contributor, "approval"),
  at(sub("prodEu1"), ROLE_IDS.logAnalyticsContributor, "plain"),
  at(sub("prodEu2"), ROLE_IDS.adminLogin, "strongSignIn"),
  at(sub("prodEu2"), ROLE_IDS.contributor, "approval"),
  at(sub("prodEu2"), ROLE_IDS.logAnalyticsContributor, "plain"),
  at(sub("prodUs1"), ROLE_IDS.adminLogin, "ticket"),
  at(sub("prodUs1"), ROLE_IDS.contributor, "managedDevice"),
  at(sub("prodUs1"), ROLE_IDS.logAnalyticsContributor, "plain"),
  at(sub("nonProd1"), ROLE_IDS.adminLogin, "plain"),
  at(sub("nonProd1"), ROLE_IDS.contributor, "ticket"),
  at(sub("nonProd1"), ROLE_IDS.machineOnboarding, "plain"),
  at(sub("nonProd2"), ROLE_IDS.adminLogin, "plain"),
  at(sub("nonProd2"), ROLE_IDS.machineOnboarding, null),
  at(sub("sandbox"), ROLE_IDS.contributor, "plain"),
  at(sub("sandbox"), ROLE_IDS.userAccessAdministrator, "managedDevice"),
  at(sub("platform"), ROLE_IDS.contributor, "ticket"),
  at(sub("tier0"), ROLE_IDS.adminLogin, "approval"),
  at(SQL_GROUP, ROLE_IDS.dataAccessAdministrator, "ticket"),
];

/** Roles whose settings differ although the operator is not eligible for them. */
const OTHERS: readonly Place[] = [
  at(sub("prodEu1"), ROLE_IDS.adminLogin, "strongSignIn"),
  at(sub("platform"), ROLE_IDS.logAnalyticsContributor, "limited"),
  at(sub("prodUs1"), ROLE_IDS.machineAdministrator, "guarded"),
];

export function elevationPlaces(): readonly Place[] {
  return [...OPERATOR, ...OTHERS];
}

export type EligibilitySeed = {
  key: string;
  principalId: string;
  principalType: "User" | "Group";
  role: string;
  scope: string;
};

/** Eligibilities of the operator, of a group the operator is in, of people who wait for a decision, and of the approver. */
export function elevationEligibilities(seed: number): EligibilitySeed[] {
  const user = (key: string, principalId: string, role: string, scope: string): EligibilitySeed => ({
    key,
    principalId,
    principalType: "User",
    role,
    scope,
  });
  const operator = personaId("olivia.operator");
  const person = (name: string): string => ordinaryPerson(seed, name);
  return [
    ...OPERATOR.map(({ role, scope }, number) => user(`operator:${number}`, operator, role, scope)),
    {
      key: "operators",
      principalId: groupIdOf(seed, "operators"),
      principalType: "Group",
      role: ROLE_IDS.contributor,
      scope: sub("nonProd2"),
    },
    user("femke", person("femke.moreau"), ROLE_IDS.contributor, sub("prodEu1")),
    user("chiara", person("chiara.moreau"), ROLE_IDS.contributor, sub("prodEu2")),
    user("elif", person("elif.moreau"), ROLE_IDS.adminLogin, sub("tier0")),
    user("anton", personaId("anton.approver"), ROLE_IDS.contributor, sub("prodEu1")),
    // Without it the reader may change nothing, so that what an activation gives can be seen.
    user("rene", personaId("rene.reader"), ROLE_IDS.machineAdministrator, sub("prodUs1")),
  ];
}

const GIVEN = ["aisha", "ben", "chiara", "daan", "elif", "femke", "goran", "hanna", "ivan", "jia", "karim", "lotte"];
const NOTE = "Given at the roll-out, used now and then";

/** 25 standing assignments of people who need the role only now and then: one of them where a permanent eligibility is refused. */
export function standingElevations(seed: number, nowMs: number): RoleAssignment[] {
  const give = (name: string, role: string, scope: string): RoleAssignment =>
    toAssignment({ scope, role, principalId: ordinaryPerson(seed, name), kind: "User", note: NOTE }, nowMs);
  const okafor = GIVEN.map((name) => `${name}.okafor`);
  const lindqvist = GIVEN.map((name) => `${name}.lindqvist`);
  return [
    ...okafor.map((name) => give(name, ROLE_IDS.adminLogin, sub("nonProd1"))),
    ...lindqvist.slice(0, 6).map((name) => give(name, ROLE_IDS.contributor, sub("sandbox"))),
    ...lindqvist.slice(6).map((name) => give(name, ACCESS_ROLES.logAnalyticsReader, sub("platform"))),
    give("aisha.novak", ROLE_IDS.logAnalyticsContributor, sub("platform")),
  ];
}

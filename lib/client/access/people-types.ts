import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane, PathKind, PrincipalInput, PrincipalKind, ScopeRef } from "@/lib/domain/access/types";

/** What the list of people counts: machines on which the principal has each of these. */
export const PEOPLE_CAPABILITIES = [
  "signInUser",
  "signInAdmin",
  "becomeIdentity",
  "assignRoles",
] as const satisfies readonly AccessCapabilityId[];

/** Groups of kinds that people choose from. */
export const PEOPLE_KINDS = ["people", "groups", "applications", "machines"] as const;
export type PeopleKind = (typeof PEOPLE_KINDS)[number];

export const KINDS_OF: Readonly<Record<PeopleKind, readonly PrincipalKind[]>> = {
  people: ["user", "guest", "unknown", "deleted"],
  groups: ["group"],
  applications: ["servicePrincipal", "device"],
  machines: ["managedIdentity"],
};

export type PeopleSortBy = "name" | "eligible" | (typeof PEOPLE_CAPABILITIES)[number];
export type PeopleSort = { by: PeopleSortBy; descending: boolean };

export type PeopleQuery = {
  search: string;
  kind: PeopleKind;
  lane: AccessLane;
  /** Leaves out those who reach nothing in any lane. */
  reachingOnly: boolean;
  sort: PeopleSort;
};

export type PersonRow = {
  principal: PrincipalInput;
  /** Machines by PEOPLE_CAPABILITIES, in the lane of the query. */
  machines: number[];
  /** Machines that the principal could administer after an activation. */
  eligible: number;
};

export type PeopleView = { total: number; shown: number; from: number; rows: PersonRow[]; machines: number };

/** One assignment through which a principal holds something. */
export type PersonGrant = {
  id: string;
  roleId: string;
  roleName: string;
  scope: ScopeRef;
  kind: PathKind;
  condition: string | null;
  /** From the group the principal is in to the one that holds the role; [] = its own. */
  groups: readonly PrincipalInput[];
  /** Machines at or below the scope. */
  machines: number;
  capabilities: AccessCapabilityId[];
};

export type PersonView = {
  principal: PrincipalInput;
  /** Machines in the whole fleet, for the share. */
  machines: number;
  /** Machines per capability and lane; only capabilities held somewhere. */
  reach: { capability: AccessCapabilityId; counts: Record<AccessLane, number> }[];
  grants: PersonGrant[];
  /** Groups the principal is in, at any depth. */
  memberOf: PrincipalInput[];
  /** For groups: members that are not groups, at any depth. */
  members: PrincipalInput[];
  membersTotal: number;
  atLeast: boolean;
};

/** A machine that a principal reaches, with the lanes by which it has each capability. */
export type PersonMachine = {
  id: string;
  name: string;
  subscription: string;
  group: string;
  held: { capability: AccessCapabilityId; lanes: AccessLane[] }[];
};

export type PersonMachinesQuery = { search: string; capability: AccessCapabilityId | null; lane: AccessLane | null };
export type PersonMachinesView = { total: number; shown: number; from: number; rows: PersonMachine[] };

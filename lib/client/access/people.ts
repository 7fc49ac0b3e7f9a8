import type { AccessIndex } from "@/lib/domain/access/access-index";
import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { EvaluatedFleet } from "@/lib/domain/access/evaluate-fleet";
import type { Grant } from "@/lib/domain/access/grants";
import { roleCapabilities } from "@/lib/domain/access/least-privilege";
import type { AccessLane, PrincipalInput } from "@/lib/domain/access/types";
import { evaluateGroups, memberIdOf } from "./group-fleet";
import { ACCESS_LANES } from "./matrix-types";
import {
  KINDS_OF,
  PEOPLE_CAPABILITIES,
  type PeopleQuery,
  type PeopleView,
  type PersonGrant,
  type PersonRow,
  type PersonView,
} from "./people-types";

const MEMBERS_SHOWN = 200;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A principal with the fleet in which it has a number: groups are answered by a fleet of their own. */
export type Place = { principal: PrincipalInput; fleet: EvaluatedFleet; number: number };

/** Everyone who is named anywhere: people, identities and groups, with their reach. */
export class AccessPeople {
  readonly #fleet: EvaluatedFleet;
  readonly #index: AccessIndex;
  readonly #groups: readonly PrincipalInput[];
  #groupFleet: EvaluatedFleet | null = null;
  #order: Place[] = [];
  #query: PeopleQuery | null = null;

  constructor(fleet: EvaluatedFleet) {
    this.#fleet = fleet;
    this.#index = fleet.state.index;
    const ids = new Set<string>();
    for (const grant of this.#index.grants) ids.add(grant.principalId);
    for (const { groupId } of this.#index.inputs.groups) ids.add(groupId.toLowerCase());
    for (const { id, kind } of this.#index.inputs.principals) if (kind === "group") ids.add(id.toLowerCase());
    this.#groups = [...ids].flatMap((id) => {
      const found = this.#index.directory.find(id);
      return found?.kind === "group" ? [found] : [];
    });
  }

  #groupsFleet(): EvaluatedFleet {
    this.#groupFleet ??= evaluateGroups(
      this.#index.inputs,
      this.#groups.map((group) => group.id),
      this.#index.now,
    );
    return this.#groupFleet;
  }

  #placeOf(principal: PrincipalInput): Place {
    if (principal.kind !== "group") return { principal, fleet: this.#fleet, number: this.#fleet.principalIndex(principal.id) };
    const fleet = this.#groupsFleet();
    return { principal, fleet, number: fleet.principalIndex(memberIdOf(principal.id)) };
  }

  /** Null for an id that nothing names. */
  place(id: string): Place | null {
    const principal = this.#index.directory.find(id);
    return principal === undefined ? null : this.#placeOf(principal);
  }

  query(query: PeopleQuery, from: number, size: number): PeopleView {
    const kinds = KINDS_OF[query.kind];
    const all = query.kind === "groups" ? this.#groups : this.#fleet.principals.filter(({ kind }) => kinds.includes(kind));
    const tokens = query.search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all
      .filter(({ displayName, detail, id }) => {
        const text = `${displayName}\n${detail}\n${id}`.toLowerCase();
        return tokens.every((token) => text.includes(token));
      })
      .map((principal) => this.#placeOf(principal))
      .filter((place) => !query.reachingOnly || reachesAnything(place));
    this.#query = query;
    this.#order = sorted(found, query);
    return {
      total: all.length,
      shown: found.length,
      from,
      rows: this.rows(from, size),
      machines: this.#fleet.machines.length,
    };
  }

  /** Rows of the last query by position. */
  rows(from: number, size: number): PersonRow[] {
    const lane = this.#query?.lane ?? "now";
    return this.#order.slice(from, from + size).map(({ principal, fleet, number }) => ({
      principal,
      machines: PEOPLE_CAPABILITIES.map((capability) => fleet.reach(number, capability, lane)),
      eligible: fleet.reach(number, "becomeIdentity", "eligible"),
    }));
  }

  person(id: string): PersonView | null {
    const place = this.place(id);
    if (place === null) return null;
    const { principal, fleet, number } = place;
    const { directory, inputs } = this.#index;
    const identities = directory.groupsOf(principal.id);
    const memberOf = [...identities].flatMap((one) => {
      const group = one === principal.id.toLowerCase() ? undefined : directory.find(one);
      return group === undefined ? [] : [group];
    });
    const memberIds = principal.kind === "group" ? directory.leavesOf(principal.id) : [];
    const unread = [...identities].some((one) => directory.unreadBelow(one).length > 0);
    return {
      principal,
      machines: inputs.machines.length,
      reach: CAPABILITY_IDS.flatMap((capability) => {
        const counts = Object.fromEntries(ACCESS_LANES.map((lane) => [lane, fleet.reach(number, capability, lane)]));
        const held = ACCESS_LANES.some((lane) => (counts[lane] ?? 0) > 0);
        return held ? [{ capability, counts: counts as Record<AccessLane, number> }] : [];
      }),
      grants: this.#index.grants
        .filter((grant) => identities.has(grant.principalId))
        .map((grant) => this.#grant(principal, grant)),
      memberOf,
      members: memberIds.slice(0, MEMBERS_SHOWN).flatMap((one) => directory.find(one) ?? []),
      membersTotal: memberIds.length,
      atLeast: unread || inputs.incomplete.length > 0,
    };
  }

  #grant(principal: PrincipalInput, grant: Grant): PersonGrant {
    const { directory, roles, scopes } = this.#index;
    const { tree } = this.#fleet.state;
    const node = tree.nodeOf(grant.scope);
    return {
      id: grant.id,
      roleId: grant.roleId,
      roleName: roles.find(grant.roleId)?.name ?? grant.roleId,
      scope: scopes.describe(grant.scope),
      kind: grant.kind,
      condition: grant.condition,
      groups: directory.chain(principal.id, grant.principalId)?.groups ?? [],
      machines: node === -1 ? 0 : (tree.lastMachine[node] ?? 0) - (tree.firstMachine[node] ?? 0),
      capabilities: roleCapabilities(roles, grant.roleId),
    };
  }

  /** For the command palette: names that begin with the text first. */
  find(text: string, limit: number): PrincipalInput[] {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    const starts: PrincipalInput[] = [];
    const holds: PrincipalInput[] = [];
    for (const list of [this.#fleet.principals, this.#groups]) {
      for (const principal of list) {
        if (principal.kind === "managedIdentity") continue;
        const at = principal.displayName.toLowerCase().indexOf(wanted);
        if (at === 0 && starts.push(principal) === limit) return starts;
        if (at > 0 || (at < 0 && principal.detail.toLowerCase().includes(wanted))) holds.push(principal);
      }
    }
    return [...starts, ...holds].slice(0, limit);
  }
}

function reachesAnything({ fleet, number }: Place): boolean {
  const any = (capability: AccessCapabilityId) => ACCESS_LANES.some((lane) => fleet.reach(number, capability, lane) > 0);
  return PEOPLE_CAPABILITIES.some(any);
}

function sorted(places: Place[], { sort, lane }: PeopleQuery): Place[] {
  const { by } = sort;
  const sign = sort.descending ? -1 : 1;
  const byName = (a: Place, b: Place) => collator.compare(a.principal.displayName, b.principal.displayName);
  if (by === "name") return places.sort((a, b) => sign * byName(a, b));
  const figure = ({ fleet, number }: Place) =>
    by === "eligible" ? fleet.reach(number, "becomeIdentity", "eligible") : fleet.reach(number, by, lane);
  return places
    .map((place) => ({ place, value: figure(place) }))
    .sort((a, b) => sign * (a.value - b.value) || byName(a.place, b.place))
    .map(({ place }) => place);
}

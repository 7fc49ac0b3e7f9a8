import type { GroupMembersInput, IncompleteInput, PrincipalInput } from "../access/types";

/** Somebody who can decide: a person whose account is there and works. Ids in lower case. */
export type Decider = { id: string; name: string; detail: string };

/** People behind one approver of a role's settings. */
export type ApproverPeople = {
  /** Object id of the approver, in lower case. */
  id: string;
  /** user: a person. group: its people are meant. gone: the directory has it no more. other: nothing that decides, such as an application. */
  kind: "user" | "group" | "gone" | "other" | "unknown";
  /** As the directory names it; empty when it did not say. */
  name: string;
  /** Each once, by name, nested groups included. */
  people: Decider[];
  /** True when the directory did not show everybody: there may be more. */
  atLeast: boolean;
};

/** What a reading of the directory found. `incomplete` names groups that were not read whole, and people that were not read. */
export type DirectoryFacts = {
  principals: readonly PrincipalInput[];
  groups: readonly GroupMembersInput[];
  incomplete: readonly IncompleteInput[];
};

/** An approver as the settings name it; their word for its kind counts where the directory says nothing. */
export type NamedApprover = { id: string; kind: "user" | "group" | "unknown"; name: string };

const nameOf = ({ id, displayName, detail }: PrincipalInput): string => displayName || detail || id;

function kindOf(found: PrincipalInput | undefined, named: NamedApprover): ApproverPeople["kind"] {
  switch (found?.kind) {
    case "user":
    case "guest":
      return "user";
    case "group":
      return "group";
    case "deleted":
      return "gone";
    case "unknown":
    case undefined:
      return named.kind;
    default:
      return "other";
  }
}

/** Answers who is behind approvers, from one reading of the directory. */
export function createApproverBook(facts: DirectoryFacts): (approver: NamedApprover) => ApproverPeople {
  const principals = new Map(facts.principals.map((one) => [one.id.toLowerCase(), one]));
  const members = new Map(facts.groups.map(({ groupId, memberIds }) => [groupId.toLowerCase(), memberIds]));
  const unread = new Set(
    facts.incomplete.flatMap(({ source, at }) => (source === "groups" && at !== null ? [at.toLowerCase()] : [])),
  );

  function peopleOf(groupId: string): Pick<ApproverPeople, "people" | "atLeast"> {
    const people = new Map<string, Decider>();
    const seen = new Set<string>();
    const next = [groupId];
    let atLeast = false;
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const found = principals.get(id);
      const own = members.get(id);
      if (own !== undefined || found?.kind === "group" || id === groupId) {
        if (own === undefined || unread.has(id)) atLeast = true;
        next.push(...(own ?? []).map((member) => member.toLowerCase()));
      } else if (found === undefined || found.kind === "unknown") atLeast = true;
      else if ((found.kind === "user" || found.kind === "guest") && found.enabled !== false) {
        people.set(id, { id, name: nameOf(found), detail: found.detail });
      }
    }
    return { people: [...people.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)), atLeast };
  }

  return (approver) => {
    const id = approver.id.toLowerCase();
    const found = principals.get(id);
    const kind = kindOf(found, approver);
    const name = found === undefined ? "" : found.displayName || found.detail;
    if (kind === "group") return { id, kind, name, ...peopleOf(id) };
    // Settings name a person whom the directory does not show to this operator: most likely able, and there may be nobody else.
    if (kind === "user" && found?.enabled !== false) {
      const detail = found?.detail ?? "";
      return { id, kind, name, people: [{ id, name: name || approver.name, detail }], atLeast: false };
    }
    return { id, kind, name, people: [], atLeast: kind === "unknown" };
  };
}

/**
 * How many people could decide on somebody's request: everybody behind the approvers but that person, because nobody decides
 * for themselves. `atLeast` true: a group was not read whole, so there may be more.
 * Source: PIM for Azure resources, approve requests; a member of an approving group decides like a named approver.
 */
export function decidersFor(personId: string, approvers: readonly ApproverPeople[]): { count: number; atLeast: boolean } {
  const ids = new Set(approvers.flatMap(({ people }) => people.map(({ id }) => id)));
  ids.delete(personId.toLowerCase());
  return { count: ids.size, atLeast: approvers.some(({ atLeast }) => atLeast) };
}

/** The approvers through which somebody may decide: themselves, or groups that hold them. */
export function decidesThrough(personId: string, approvers: readonly ApproverPeople[]): ApproverPeople[] {
  const id = personId.toLowerCase();
  return approvers.filter(({ people }) => people.some((one) => one.id === id));
}

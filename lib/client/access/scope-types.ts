import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane, PathKind, PrincipalInput, ScopeRef } from "@/lib/domain/access/types";

/** A scope of the tree: everything above machines, which are asked for one group at a time. */
export type ScopeNode = {
  /** Normalised id. */
  id: string;
  ref: ScopeRef;
  parentId: string | null;
  depth: number;
  machines: number;
  /** Role assignments, PIM instances and eligibilities made at this very scope. */
  assignments: number;
  /** Different principals that have each capability of the query on some machine here or below. */
  holders: number[];
  /** Something that could not be read concerns a machine here or below, so more principals may hold it. */
  atLeast: boolean;
  /** Scopes below; machines of a resource group are not among them. */
  children: number;
};

export type ScopeQuery = { lane: AccessLane; capabilities: readonly AccessCapabilityId[] };

export type ScopeMachine = { id: string; name: string; assignments: number; counts: number[]; atLeast: boolean };

/** One assignment made at a scope. */
export type ScopeGrant = {
  id: string;
  principal: PrincipalInput;
  roleId: string;
  roleName: string;
  kind: PathKind;
  condition: string | null;
  capabilities: AccessCapabilityId[];
};

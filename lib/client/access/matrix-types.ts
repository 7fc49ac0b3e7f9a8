import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane } from "@/lib/domain/access/types";

/** Columns that the matrix shows unless the address says otherwise: ways in first, then ways to take over, then change. */
export const DEFAULT_CAPABILITIES: readonly AccessCapabilityId[] = [
  "signInUser",
  "signInAdmin",
  "becomeIdentity",
  "runCommand",
  "writeExtensions",
  "assignRoles",
  "changeIdentity",
  "delete",
  "read",
];

export const ACCESS_LANES = ["now", "standing", "active", "eligible", "depends"] as const satisfies readonly AccessLane[];

/**
 * more: above a number. none: nobody. standingOnly: somebody holds it standing and nobody would have to activate it.
 */
export const MATRIX_TESTS = ["more", "none", "standingOnly"] as const;
export type MatrixTest = (typeof MATRIX_TESTS)[number];

export type MatrixFilter = { capability: AccessCapabilityId; test: MatrixTest; than: number };

export type MatrixSort = { by: "name" | "subscription" | "group" | AccessCapabilityId; descending: boolean };

export type MatrixQuery = {
  search: string;
  lane: AccessLane;
  capabilities: readonly AccessCapabilityId[];
  filter: MatrixFilter | null;
  /** Only machines at or below this scope; any case. */
  scope: string | null;
  /** Only machines whose counts are "at least". */
  incomplete: boolean;
  sort: MatrixSort;
};

export type MatrixRow = {
  id: string;
  name: string;
  subscription: string;
  group: string;
  /** One count per capability of the query, in its order. */
  counts: number[];
  atLeast: boolean;
};

export type MatrixView = {
  total: number;
  shown: number;
  from: number;
  rows: MatrixRow[];
  /** Shown machines whose counts are "at least". */
  incomplete: number;
  /** Highest count of each capability among the shown machines: the scale of the bars. */
  highest: number[];
};

import type { Completeness } from "../fleet-wire";
import type {
  AccessInputs,
  ActiveInstanceInput,
  DenyAssignmentInput,
  EligibleInstanceInput,
  GroupMembersInput,
  InputSource,
  ManagementGroupInput,
  RoleDefinitionInput,
  SubscriptionInput,
} from "./types";

/**
 * GET /api/access/inputs: JSON lines under this content type. One head, pages in any order, one tail; a stream without its
 * tail is incomplete. Repeated text is sent once: codes index the dictionary of the same line.
 */
export const ACCESS_CONTENT_TYPE = "application/vnd.arcwarden.access+json";

export type TextColumn = { dictionary: string[]; codes: number[] };

export type AccessInputsMessage =
  | { type: "head"; asOf: string; fromSnapshot: boolean }
  | { type: "machines"; subscription: TextColumn; group: TextColumn; name: string[]; principalId: string[] }
  | {
      type: "assignments";
      /** Ids without the scope before them where they stand below it, which is always so for Azure's own. */
      name: string[];
      scope: TextColumn;
      role: TextColumn;
      principal: TextColumn;
      principalType: TextColumn;
      condition: TextColumn;
      createdOn: string[];
    }
  | {
      type: "principals";
      id: string[];
      kind: TextColumn;
      displayName: string[];
      detail: string[];
      enabled: number[];
      machineId: string[];
    }
  | { type: "groups"; groups: GroupMembersInput[] }
  | { type: "scopes"; managementGroups: ManagementGroupInput[]; subscriptions: SubscriptionInput[] }
  | { type: "roles"; roleDefinitions: RoleDefinitionInput[] }
  | { type: "active"; instances: ActiveInstanceInput[] }
  | { type: "eligible"; instances: EligibleInstanceInput[] }
  | { type: "deny"; assignments: DenyAssignmentInput[] }
  | { type: "progress"; source: InputSource; received: number; waitingForQuotaMs: number }
  | { type: "tail"; asOf: AccessInputs["asOf"]; incomplete: AccessInputs["incomplete"]; completeness: Completeness };

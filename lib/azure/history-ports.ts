import type { AssignmentActivity } from "@/lib/domain/elevation/history/from-activity";
import type { DirectoryAuditFacts } from "@/lib/domain/elevation/history/from-directory";
import type { PimRequestKind, PimRequestRow, PimScheduleRow } from "./pim-ports";
import type { CallOptions } from "./ports";

/** An active instance together with the name of the role assignment that stands for it. */
export type PimActiveRow = PimScheduleRow & { assignmentName: string | null };

/** What the history is copied from. Each list is whole or throws; a short one would look like an end of somebody's access. */
export type HistoryPort = {
  /** Requests at a scope, above and below it, of every person and status. Needs the right to read them there. */
  requestsAt(scope: string, kind: PimRequestKind, options?: CallOptions): Promise<PimRequestRow[]>;
  /** Active instances at a scope, above and below, standing ones among them. */
  activeAt(scope: string, options?: CallOptions): Promise<PimActiveRow[]>;
  eligibleAt(scope: string, options?: CallOptions): Promise<PimScheduleRow[]>;
  /**
   * Writes and removals of role assignments that succeeded, oldest first. `scope`: a subscription with all below it, a management
   * group alone, or "/" for the root alone.
   */
  assignmentActivity(args: { scope: string; from: string; to: string }, options?: CallOptions): Promise<AssignmentActivity[]>;
  /** Entries of service PIM since a moment. Needs AuditLog.Read.All. */
  directoryAudits(from: string, options?: CallOptions): Promise<DirectoryAuditFacts[]>;
  /** Azure's clock; null when the answer carried no time. */
  serverTime(options?: CallOptions): Promise<Date | null>;
};

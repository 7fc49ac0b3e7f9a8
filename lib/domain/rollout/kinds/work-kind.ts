import type { ExactRequest } from "../../api";
import type { Cloud } from "../../clouds";
import type { MachineExtension } from "../../machine";
import type { RolloutTarget, Work, WorkKindId } from "../types";

/** Work of one kind. */
export type WorkOf<Id extends WorkKindId> = Work & { kind: Id };

/** What stands at a machine before or after the work. */
export type Standing = {
  /** The sign-in extension of the kind's operating system; null = none. */
  extension: MachineExtension | null;
  /** Whether the wanted role assignment stands at the machine itself; null = not read. */
  assigned: boolean | null;
};

export type RequestArgs<Kind extends Work = Work> = {
  cloud: Cloud;
  target: RolloutTarget;
  work: Kind;
  /** What stands there now: settings and versions that the work does not name are kept. Null = nothing, or not read. */
  standing: MachineExtension | null;
  /** Name of the role assignment, a GUID made from roll-out and machine; only role.assign uses it. */
  assignmentName: string;
};

/** One kind of work: everything that the engine, the checks and the screens need to know about it. */
export type WorkKind<Kind extends Work = Work> = {
  id: Kind["kind"];
  osFamily: "windows" | "linux" | "any";
  /** RBAC action that the work needs at each machine. */
  action: string;
  /** Whether a person can sign in is checked afterwards; otherwise the check is the effect itself. */
  checksSignIn: boolean;
  /** The request exactly as it is sent. */
  request(args: RequestArgs<Kind>): ExactRequest;
  /** Nothing is left to be done: Azure holds what the work asks for, and it has ended well. */
  satisfied(standing: Standing, work: Kind): boolean;
  /** What stands there is what this work asks for, whether it runs, has succeeded or has failed. */
  ours(standing: Standing, work: Kind): boolean;
};

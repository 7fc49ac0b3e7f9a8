import type { CheckVerdict, Known, OperatorPermissions } from "./api";
import type { Cloud } from "./clouds";
import type { Machine, MachineExtension } from "./machine";

/** Everything that the checks look at. Gathered by the server just before; the checks themselves ask nobody. */
export type PreflightFacts = {
  machine: Machine;
  /** Tenant that the machine's subscription trusts; null when it could not be read. */
  subscriptionTenantId: string | null;
  cloud: Cloud;
  extensions: Known<MachineExtension[]>;
  permissions: Known<OperatorPermissions>;
  /** Versions of the extension that the machine's region offers; null when not read. */
  regionVersions: string[] | null;
  extensionName: string;
  mdmId: string;
  now: Date;
};

/** What a single check answers; the texts follow from its id. */
export type Finding = {
  verdict: CheckVerdict;
  /** Last part of the evidence key: signIn.preflight.<id>.<found>. */
  found: string;
  /** Last part of the fix key, or null when there is nothing to do. */
  fix: string | null;
  overridable?: boolean;
  values?: Record<string, string | number>;
};

export type Check = { id: string; source: string; run: (facts: PreflightFacts) => Finding };

import type { Machine, MachineExtension } from "../machine";
import { toSignInState } from "../machine-mapping";
import {
  agentConnected,
  agentListsCheck,
  agentVersion,
  alreadyInstalled,
  extensionsEnabled,
  monitorMode,
} from "../preflight-agent";
import { mdmIdOnServer, regionCloud } from "../preflight-azure";
import { desktopExperience, domainJoined, identityPresent, identityTenant, nameLength, osBuild } from "../preflight-machine";
import type { Check, Finding } from "../preflight-types";
import { LINUX_SIGN_IN_TYPE, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "../sign-in-extension";
import type { Work, WorkKindId } from "./types";
import { workKind } from "./work-kinds";

/** Facts of one machine as the fleet's lists give them. */
export type TargetFacts = {
  machine: Machine;
  /** Its extensions; null = they could not be read. */
  extensions: readonly MachineExtension[] | null;
  /** Whether the operator holds the work's action there; null = it could not be told. */
  permission: boolean | null;
  /** Tenant that the machine's subscription trusts; null = not read. */
  subscriptionTenantId: string | null;
  /** Whether the wanted role already stands at the machine; null where the work assigns none, or it was not read. */
  assigned: boolean | null;
};

/** A check with the place of its words; the single preflight's checks have theirs under signIn.preflight. */
export type TargetCheck = { words: string; check: Check };

const SINGLE = "signIn.preflight";
const MANY = "rollout.preflight";
const SSH_PAGE = "Microsoft: SSH access to Azure Arc-enabled servers";
/** The retired Linux extension; with it on the machine the new one ends with exit code 23. */
const OLD_LINUX_TYPE = "aadloginforlinux";

const single = (check: Check): TargetCheck => ({ words: SINGLE, check });
const many = (check: Check): TargetCheck => ({ words: MANY, check });

const linuxSystem: Check = {
  id: "linuxSystem",
  source: SSH_PAGE,
  run: ({ machine }) => {
    const values = { system: machine.osSku ?? machine.osName ?? "?" };
    if (machine.osFamily === "linux") return { verdict: "pass", found: "linux", fix: null, values };
    if (machine.osFamily === "windows") return { verdict: "block", found: "windows", fix: "windowsFix", values };
    return { verdict: "ask", found: "unknown", fix: "unknownFix", values };
  },
};

const oldLinuxExtension: Check = {
  id: "oldLinuxExtension",
  source: `${SSH_PAGE}; exit code 23`,
  run: ({ extensions }) => {
    const old = extensions.known ? extensions.value.find((one) => one.type.toLowerCase() === OLD_LINUX_TYPE) : undefined;
    if (old === undefined) return { verdict: "pass", found: "absent", fix: null };
    return { verdict: "block", found: "present", fix: "presentFix", values: { name: old.name } };
  },
};

/** The extension that is to be changed or removed must stand there and must not be changing. */
const hasExtension: Check = {
  id: "hasExtension",
  source: "Azure Resource Manager: machines/extensions list",
  run: ({ extensions, extensionName }): Finding => {
    if (!extensions.known) return { verdict: "unknown", found: "unknown", fix: null };
    const standing = extensions.value.find((one) => one.name === extensionName);
    if (standing === undefined) return { verdict: "block", found: "absent", fix: "absentFix" };
    const values = { name: standing.name, state: standing.provisioningState };
    const state = toSignInState(standing.provisioningState);
    if (state === "creating" || state === "updating" || state === "deleting") {
      return { verdict: "block", found: "busy", fix: "busyFix", values };
    }
    return { verdict: "pass", found: "present", fix: null, values };
  },
};

const EXTENSION_AGENT = [agentConnected, extensionsEnabled, monitorMode];
const windowsLists = agentListsCheck({ publisher: SIGN_IN_PUBLISHER, type: WINDOWS_SIGN_IN_TYPE });
const linuxLists = agentListsCheck({ publisher: SIGN_IN_PUBLISHER, type: LINUX_SIGN_IN_TYPE });

const CHECKS: Readonly<Record<WorkKindId, readonly TargetCheck[]>> = {
  "windowsSignIn.install": [
    osBuild,
    desktopExperience,
    domainJoined,
    identityPresent,
    identityTenant,
    ...EXTENSION_AGENT,
    windowsLists,
    alreadyInstalled,
    mdmIdOnServer,
    agentVersion,
    nameLength,
    regionCloud,
  ].map(single),
  "windowsSignIn.settings": [many(hasExtension), ...[...EXTENSION_AGENT, windowsLists, mdmIdOnServer].map(single)],
  "windowsSignIn.upgrade": [many(hasExtension), ...[...EXTENSION_AGENT, windowsLists].map(single)],
  // A removal is let through even where the agent's lists keep the extension out.
  "windowsSignIn.uninstall": [many(hasExtension), single(agentConnected)],
  "linuxSignIn.install": [
    many(linuxSystem),
    ...[identityPresent, identityTenant, ...EXTENSION_AGENT, linuxLists].map(single),
    many(oldLinuxExtension),
    ...[alreadyInstalled, agentVersion, regionCloud].map(single),
  ],
  "linuxSignIn.upgrade": [many(hasExtension), ...[...EXTENSION_AGENT, linuxLists].map(single)],
  "linuxSignIn.uninstall": [many(hasExtension), single(agentConnected)],
  "role.assign": [],
};

/** The checks of a kind of work, in the order in which operators read them; the permission comes first and is not among them. */
export function targetChecks(kind: WorkKindId): readonly TargetCheck[] {
  return CHECKS[kind];
}

/** The operator's permission at one machine, in the words of the single preflight where the role to ask for is the same. */
export function permissionFinding(work: Work, allowed: boolean | null): { words: string; source: string; finding: Finding } {
  const { action } = workKind(work.kind);
  const source = "Azure RBAC: permissions of the caller at the machine";
  const values = { action };
  if (allowed === null) return { words: SINGLE, source, finding: { verdict: "unknown", found: "unclear", fix: null, values } };
  if (allowed) return { words: SINGLE, source, finding: { verdict: "pass", found: "granted", fix: null, values } };
  const words = work.kind === "role.assign" ? MANY : SINGLE;
  return { words, source, finding: { verdict: "block", found: "missing", fix: "missingFix", values } };
}

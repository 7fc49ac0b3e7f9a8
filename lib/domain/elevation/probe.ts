import { ATOM_IDS, ATOMS } from "../access/capabilities";
import { isActionAllowed, type PermissionSet } from "../permissions";

export type Probe = { action: string; isDataAction: boolean };

/** What only a wide role gives comes first: it cannot be mistaken for something that everybody may do. */
const BEYOND_MACHINES: readonly Probe[] = [
  { action: "Microsoft.Authorization/roleAssignments/write", isDataAction: false },
  { action: "Microsoft.Resources/subscriptions/resourceGroups/write", isDataAction: false },
];

function candidates(role: readonly PermissionSet[]): Probe[] {
  const onMachines = ATOM_IDS.map((id) => ({ action: ATOMS[id].action, isDataAction: ATOMS[id].isDataAction }));
  // Reading is what most people may do anyway, so it is asked last.
  const [read, rest] = [
    onMachines.filter(({ action }) => action.endsWith("/read")),
    onMachines.filter(({ action }) => !action.endsWith("/read")),
  ];
  const named = role.flatMap(({ actions, dataActions }) => [
    ...actions.filter((action) => !action.includes("*")).map((action) => ({ action, isDataAction: false })),
    ...dataActions.filter((action) => !action.includes("*")).map((action) => ({ action, isDataAction: true })),
  ]);
  return [...rest, ...BEYOND_MACHINES, ...named, ...read];
}

/**
 * An action that the role gives and the person does not have yet: when Azure grants it, the activation works. null when the
 * person has everything the role gives already, so that seeing it would prove nothing. Source: Permissions - List.
 */
export function probeOf(role: readonly PermissionSet[], present: readonly PermissionSet[]): Probe | null {
  const kind = (probe: Probe) => (probe.isDataAction ? "dataAction" : "action");
  return (
    candidates(role).find(
      (probe) => isActionAllowed(role, probe.action, kind(probe)) && !isActionAllowed(present, probe.action, kind(probe)),
    ) ?? null
  );
}

/** Whether Azure grants the probe now. */
export function isProbeGranted(entries: readonly PermissionSet[], probe: Probe): boolean {
  return isActionAllowed(entries, probe.action, probe.isDataAction ? "dataAction" : "action");
}

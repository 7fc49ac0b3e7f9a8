import { type AccessCapabilityId, ATOM_IDS, ATOMS, CAPABILITY_IDS, capabilityRule } from "./capabilities";
import { LIMITED_BIT } from "./roles";
import type { PrincipalInput } from "./types";

const ALL_ATOMS = LIMITED_BIT * 2 - 1;
const HALF_BITS = 14;
const HALF = (1 << HALF_BITS) - 1;

function atomBit(atom: (typeof ATOM_IDS)[number]): number {
  return 1 << ATOM_IDS.indexOf(atom);
}

/** Bits of a capability's atoms; the limited form of assigning roles has a bit of its own. */
function atomsOfCapability(id: AccessCapabilityId): number {
  const rule = capabilityRule(id);
  return rule.limited === true ? LIMITED_BIT : rule.anyOf.reduce((mask, atom) => mask | atomBit(atom), 0);
}

const CAPABILITY_ATOMS = CAPABILITY_IDS.map(atomsOfCapability);

function computeCapabilities(atoms: number): number {
  let mask = 0;
  CAPABILITY_ATOMS.forEach((needed, bit) => {
    if ((atoms & needed) !== 0) mask |= 1 << bit;
  });
  return mask;
}

function table(shift: number): Int32Array {
  return Int32Array.from({ length: HALF + 1 }, (_, half) => computeCapabilities(half << shift));
}

let low: Int32Array | null = null;
let high: Int32Array | null = null;

/** Capability bits (order of CAPABILITY_IDS) that a set of atom bits gives. */
export function capabilitiesOfAtoms(atoms: number): number {
  low ??= table(0);
  high ??= table(HALF_BITS);
  return (low[atoms & HALF] ?? 0) | (high[(atoms >>> HALF_BITS) & HALF] ?? 0);
}

/** Atoms that an assignment or deny at machine scope itself can give: those checked on the machine, not on its group. */
export const MACHINE_ATOMS = ATOM_IDS.filter((atom) => ATOMS[atom].at === "machine").reduce(
  (mask, atom) => mask | atomBit(atom),
  LIMITED_BIT,
);

/** Atoms that need an account for which Entra sign-in to a server works. */
export const SIGN_IN_ATOMS = atomBit("signInUser") | atomBit("signInAdmin");

/**
 * Atoms that a principal can use at all. Disabled and deleted principals get no token. Only member accounts of the tenant
 * can sign in to a server (howto-arc-sign-in-windows: standard accounts of the same tenant, no guests); a principal that
 * could not be read counts as one that can.
 */
export function usableAtoms(principal: Pick<PrincipalInput, "kind" | "enabled">): number {
  if (principal.enabled === false || principal.kind === "deleted") return 0;
  return principal.kind === "user" || principal.kind === "unknown" ? ALL_ATOMS : ALL_ATOMS & ~SIGN_IN_ATOMS;
}

/** How the sweep counts a principal: not at all, in capabilities, in capabilities without sign-in, or atom by atom. */
export const COUNTED = { never: 0, fully: 1, withoutSignIn: 2, byAtoms: 3 } as const;

/**
 * Capabilities of two sets of atoms are the capabilities of either, so a principal that no deny names is counted in
 * capabilities from the start; a deny takes single atoms away and needs the atoms.
 */
export function countedAs(usable: number, isDenied: boolean): number {
  if (usable === 0) return COUNTED.never;
  if (isDenied) return COUNTED.byAtoms;
  return usable === ALL_ATOMS ? COUNTED.fully : COUNTED.withoutSignIn;
}

/** A set of atoms in the three forms that the sweep adds, by the number of COUNTED. */
export function formsOf(atoms: number): Int32Array {
  return Int32Array.of(0, capabilitiesOfAtoms(atoms), capabilitiesOfAtoms(atoms & ~SIGN_IN_ATOMS), atoms);
}

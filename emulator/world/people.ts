import { personaId, personaUsers } from "./personas.ts";
import { stableGuid } from "./random.ts";
import type { Group, User } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "./types.ts";

const GIVEN = ["Aisha", "Ben", "Chiara", "Daan", "Elif", "Femke", "Goran", "Hanna", "Ivan", "Jia", "Karim", "Lotte"] as const;
const FAMILY = ["Jansen", "Okafor", "Lindqvist", "Moreau", "Novak"] as const;
/** Every eleventh ordinary account is disabled, every third comes from the local directory. */
const DISABLED_EVERY = 11;
const SYNCED_EVERY = 3;

function ordinaryUsers(seed: number): User[] {
  const users: User[] = [];
  for (const [row, family] of FAMILY.entries()) {
    for (const [column, given] of GIVEN.entries()) {
      const number = row * GIVEN.length + column;
      const mail = `${given}.${family}@contoso.example`.toLowerCase();
      const id = stableGuid(seed, `user:${mail}`);
      users.push({
        id,
        tenantId: CONTOSO_TENANT_ID,
        homeObjectId: id,
        homeTenantId: CONTOSO_TENANT_ID,
        displayName: `${given} ${family}`,
        userPrincipalName: mail,
        mail,
        userType: "Member",
        accountEnabled: number % DISABLED_EVERY !== DISABLED_EVERY - 1,
        onPremisesSyncEnabled: number % SYNCED_EVERY === 0 ? true : null,
        portalRoles: [],
      });
    }
  }
  return users;
}

function ordinaryGuests(seed: number): User[] {
  return ["pia.partner", "sam.supplier", "tara.temp"].map((name, number) => {
    const id = stableGuid(seed, `guest:${name}`);
    return {
      id,
      tenantId: CONTOSO_TENANT_ID,
      homeObjectId: stableGuid(seed, `guest-home:${name}`),
      homeTenantId: FABRIKAM_TENANT_ID,
      displayName: name.replace(/(^|\.)(\w)/g, (_, dot: string, letter: string) => `${dot ? " " : ""}${letter.toUpperCase()}`),
      userPrincipalName: `${name}_partner.example#EXT#@contoso.example`,
      mail: `${name}@partner.example`,
      userType: "Guest" as const,
      accountEnabled: number !== 2,
      onPremisesSyncEnabled: null,
      portalRoles: [],
    };
  });
}

export function allUsers(seed: number): User[] {
  return [...personaUsers(), ...ordinaryUsers(seed), ...ordinaryGuests(seed)];
}

export type GroupKey =
  | "operators"
  | "windowsAdmins"
  | "windowsTeam"
  | "sqlTeam"
  | "linuxTeam"
  | "contractors"
  | "allIt"
  | "loopA"
  | "loopB"
  | "helpdesk"
  | "onCall"
  | "boardroom"
  | "formerTeam";

export function groupIdOf(seed: number, key: GroupKey): string {
  return stableGuid(seed, `group:${key}`);
}

/** Nested groups, two of which contain each other: real directories do hold such cycles. */
export function allGroups(seed: number, users: readonly User[]): Group[] {
  const people = users.filter((user) => user.persona === undefined && user.userType === "Member").map((user) => user.id);
  const guests = users.filter((user) => user.persona === undefined && user.userType === "Guest").map((user) => user.id);
  const id = (key: GroupKey): string => groupIdOf(seed, key);
  const slice = (from: number, to: number): string[] => people.slice(from, to);
  const group = (key: GroupKey, displayName: string, memberIds: string[]): Group => ({
    id: id(key),
    tenantId: CONTOSO_TENANT_ID,
    displayName,
    securityEnabled: true,
    memberIds,
  });
  return [
    group("operators", "Arc fleet operators", [personaId("olivia.operator"), ...slice(0, 4)]),
    group("windowsAdmins", "Windows server administrators", [id("windowsTeam"), ...slice(4, 7)]),
    group("windowsTeam", "Windows platform team", [id("contractors"), ...slice(7, 16)]),
    group("sqlTeam", "SQL database team", [...slice(16, 24)]),
    group("linuxTeam", "Linux platform team", [...slice(24, 31)]),
    group("contractors", "External contractors", [...guests, ...slice(31, 33)]),
    group("allIt", "All IT staff", [id("windowsAdmins"), id("sqlTeam"), id("linuxTeam"), id("helpdesk")]),
    group("loopA", "Site administrators", [id("loopB"), ...slice(33, 36)]),
    group("loopB", "Site administrators (second line)", [id("loopA"), ...slice(36, 39)]),
    group("helpdesk", "Service desk", [id("loopA"), ...slice(39, 52)]),
    group("onCall", "Servers on call", [...slice(12, 15), id("linuxTeam")]),
    { ...group("boardroom", "Board office", slice(45, 48)), hasHiddenMembership: true },
    // Members were deleted, the group was not.
    group("formerTeam", "Mainframe team (dissolved)", []),
  ];
}

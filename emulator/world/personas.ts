import type { User } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "./types.ts";

/** The people of the account picker. Ids and names are fixed so that tests and screenshots can rely on them. */
type PersonaRow = {
  key: string;
  number: number;
  name: string;
  tenant: "contoso" | "fabrikam";
  title: string;
  purpose: string;
  portalRoles?: string[];
};

const ROWS: readonly PersonaRow[] = [
  {
    key: "olivia.operator",
    number: 1,
    name: "Olivia Operator",
    tenant: "contoso",
    title: "Fleet operator",
    purpose: "Sees every machine of Contoso and may deploy or remove extensions and switch identities on. The everyday account.",
  },
  {
    key: "rene.reader",
    number: 2,
    name: "Rene Reader",
    tenant: "contoso",
    title: "Reader",
    purpose: "Sees every machine of Contoso and may change nothing.",
  },
  {
    key: "lena.login",
    number: 3,
    name: "Lena Login",
    tenant: "contoso",
    title: "Login-role administrator",
    purpose: "May give and take the two virtual machine login roles, nothing else.",
  },
  {
    key: "anton.approver",
    number: 4,
    name: "Anton Approver",
    tenant: "contoso",
    title: "Approver",
    purpose: "Reads the Production group and decides on requests for elevation.",
  },
  {
    key: "sofia.security",
    number: 5,
    name: "Sofia Security",
    tenant: "contoso",
    title: "Security auditor",
    purpose: "Reads everything and the whole audit of the portal.",
    portalRoles: ["Portal.Auditor"],
  },
  {
    key: "ada.admin",
    number: 6,
    name: "Ada Admin",
    tenant: "contoso",
    title: "Owner",
    purpose: "Owner of the whole tenant and administrator of the portal.",
    portalRoles: ["Portal.Admin"],
  },
  {
    key: "wade.wholesale",
    number: 7,
    name: "Wade Wholesale",
    tenant: "contoso",
    title: "Contributor on one subscription",
    purpose: "Works in Non-production 01 only and sees nothing elsewhere: a partial view.",
  },
  {
    key: "nora.norights",
    number: 8,
    name: "Nora Norights",
    tenant: "contoso",
    title: "No rights",
    purpose: "Can sign in and holds no role in Azure.",
  },
  {
    key: "gus.guest",
    number: 9,
    name: "Gus Guest",
    tenant: "fabrikam",
    title: "Guest from Fabrikam",
    purpose: "Guest in Contoso, reads one resource group there and may not read certificates.",
  },
  {
    key: "fiona.fabrikam",
    number: 10,
    name: "Fiona Fabrikam",
    tenant: "fabrikam",
    title: "Fleet operator of Fabrikam",
    purpose: "Operates the few servers of the second tenant, Fabrikam.",
  },
  {
    key: "rasmus.review",
    number: 11,
    name: "Rasmus Review",
    tenant: "contoso",
    title: "Security auditor who repairs access",
    purpose: "Reads everything, gives and takes every role, and may change no machine.",
    portalRoles: ["Portal.Auditor"],
  },
];

const pad = (value: number): string => String(value).padStart(12, "0");
const homeId = (entry: PersonaRow): string =>
  `10ca1a2e-${entry.tenant === "contoso" ? "1000" : "2000"}-4000-8000-${pad(entry.number)}`;

/** Object id of a persona in a tenant. A guest's id in Contoso differs from the id at home. */
export function personaId(key: string, tenantId: string = CONTOSO_TENANT_ID): string {
  const entry = ROWS.find((candidate) => candidate.key === key);
  if (entry === undefined) throw new Error(`no persona ${key}`);
  const guest = entry.tenant === "fabrikam" && tenantId === CONTOSO_TENANT_ID;
  return guest ? `10ca1a2e-3000-4000-8000-${pad(entry.number)}` : homeId(entry);
}

export function personaUsers(): User[] {
  const users = ROWS.map((entry) => homeUser(entry));
  const gus = ROWS.find((entry) => entry.key === "gus.guest");
  if (gus !== undefined) users.push(guestUser(gus));
  return users;
}

function homeUser(entry: PersonaRow): User {
  const tenantId = entry.tenant === "contoso" ? CONTOSO_TENANT_ID : FABRIKAM_TENANT_ID;
  const mail = `${entry.key}@${entry.tenant}.example`;
  return {
    id: homeId(entry),
    tenantId,
    homeObjectId: homeId(entry),
    homeTenantId: tenantId,
    displayName: entry.name,
    userPrincipalName: mail,
    mail,
    userType: "Member",
    accountEnabled: true,
    onPremisesSyncEnabled: null,
    persona: { key: entry.key, title: entry.title, purpose: entry.purpose },
    portalRoles: entry.portalRoles ?? [],
  };
}

function guestUser(entry: PersonaRow): User {
  const home = homeUser(entry);
  return {
    ...home,
    id: personaId(entry.key, CONTOSO_TENANT_ID),
    tenantId: CONTOSO_TENANT_ID,
    userPrincipalName: `${entry.key}_fabrikam.example#EXT#@contoso.example`,
    userType: "Guest",
  };
}

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { ARM_APP_ID, GRAPH_APP_ID } from "../core/clouds.ts";
import type { ServicePrincipal, User } from "../world/types.ts";
import type { EntraDeps } from "./deps.ts";
import { issuerOf } from "./issuer.ts";
import type { Resource } from "./scopes.ts";
import type { Grant } from "./state.ts";

/** Marks of Entra that say "nothing" in a token: no directory role. */
const NO_DIRECTORY_ROLE = "b79fbf4d-3ef9-4689-8143-76b194e85509";

function subjectFor(userId: string, clientId: string): string {
  return createHash("sha256").update(`${userId}|${clientId}`).digest("base64url");
}

function timesFrom(nowMs: number, seconds: number) {
  const now = Math.floor(nowMs / 1_000);
  return { iat: now, nbf: now, exp: now + seconds };
}

function tokenId(): string {
  return randomBytes(16).toString("base64url");
}

export type UserTokenArgs = {
  deps: EntraDeps;
  origin: string;
  user: User;
  resource: Resource;
  permissions: string[];
  grant: Pick<Grant, "clientId" | "sid" | "amr" | "acrs" | "clientCapabilities" | "authenticatedAtMs">;
};

function personClaims(args: UserTokenArgs): Record<string, unknown> {
  const { user, grant } = args;
  const isGuest = user.homeTenantId !== user.tenantId;
  return {
    oid: user.id,
    tid: user.tenantId,
    name: user.displayName,
    amr: grant.amr,
    sid: grant.sid,
    uti: tokenId(),
    rh: "1.local-azure",
    ...(grant.acrs.length > 0 ? { acrs: grant.acrs } : {}),
    ...(grant.clientCapabilities.some((capability) => capability.toLowerCase() === "cp1") ? { xms_cc: ["cp1"] } : {}),
    ...(isGuest ? { idp: `https://sts.windows.net/${user.homeTenantId}/`, acct: 1 } : { acct: 0 }),
  };
}

/** Access token for a person: version 2.0 for the portal's own API, the older form for Azure Resource Manager and Graph. */
export async function signUserAccessToken(args: UserTokenArgs): Promise<string> {
  const { deps, user, resource, grant } = args;
  const times = timesFrom(deps.wallNowMs(), deps.options.accessTokenSeconds);
  const scp = args.permissions.join(" ");
  if (resource.kind === "api") {
    return deps.state.keys.sign({
      aud: resource.audience,
      iss: issuerOf(args.origin, user.tenantId),
      ...times,
      ...personClaims(args),
      azp: grant.clientId,
      azpacr: "0",
      preferred_username: user.mail ?? user.userPrincipalName,
      ...(user.portalRoles.length > 0 ? { roles: user.portalRoles } : {}),
      scp,
      sub: subjectFor(user.id, resource.audience),
      ver: "2.0",
    });
  }
  const upn =
    user.homeTenantId === user.tenantId ? { upn: user.userPrincipalName } : { email: user.mail ?? user.userPrincipalName };
  return deps.state.keys.sign({
    aud: resource.audience,
    iss: `${deps.cloud.sts}/${user.tenantId}/`,
    ...times,
    ...personClaims(args),
    acr: "1",
    appid: grant.clientId,
    appidacr: "1",
    idtyp: "user",
    ...upn,
    unique_name: user.mail ?? user.userPrincipalName,
    scp,
    sub: subjectFor(user.id, resource.kind === "arm" ? ARM_APP_ID : GRAPH_APP_ID),
    ver: "1.0",
    wids: [NO_DIRECTORY_ROLE],
  });
}

/** Access token for an application without a person. */
export function signAppAccessToken(args: {
  deps: EntraDeps;
  origin: string;
  principal: ServicePrincipal;
  resource: Resource;
  clientCapabilities: string[];
  /** ARM id behind a managed identity. */
  resourceId?: string;
  /** Application permissions. */
  roles?: readonly string[];
}): Promise<string> {
  const { deps, principal, resource } = args;
  const times = timesFrom(deps.wallNowMs(), deps.options.accessTokenSeconds);
  const shared = {
    aud: resource.audience,
    ...times,
    oid: principal.id,
    sub: principal.id,
    tid: principal.tenantId,
    idtyp: "app",
    uti: tokenId(),
  };
  if (resource.kind === "api") {
    return deps.state.keys.sign({
      ...shared,
      iss: issuerOf(args.origin, principal.tenantId),
      azp: principal.appId,
      azpacr: "1",
      ver: "2.0",
    });
  }
  return deps.state.keys.sign({
    ...shared,
    iss: `${deps.cloud.sts}/${principal.tenantId}/`,
    appid: principal.appId,
    appidacr: "1",
    idp: `${deps.cloud.sts}/${principal.tenantId}/`,
    ver: "1.0",
    ...(args.roles === undefined ? {} : { roles: args.roles }),
    ...(args.resourceId === undefined ? {} : { xms_mirid: args.resourceId }),
    ...(args.clientCapabilities.length > 0 ? { xms_cc: args.clientCapabilities } : {}),
  });
}

/** ID token for the application that signs a person in. */
export function signIdToken(args: UserTokenArgs & { nonce: string | null }): Promise<string> {
  const { deps, user, grant } = args;
  const now = Math.floor(deps.wallNowMs() / 1_000);
  return deps.state.keys.sign({
    ...personClaims(args),
    aud: grant.clientId,
    iss: issuerOf(args.origin, user.tenantId),
    iat: now,
    nbf: now,
    exp: now + 3_600,
    auth_time: Math.floor(grant.authenticatedAtMs / 1_000),
    ...(args.nonce === null ? {} : { nonce: args.nonce }),
    preferred_username: user.mail ?? user.userPrincipalName,
    login_hint: `O.${Buffer.from(user.mail ?? user.userPrincipalName).toString("base64url")}`,
    ...(user.portalRoles.length > 0 ? { roles: user.portalRoles } : {}),
    sub: subjectFor(user.id, grant.clientId),
    ver: "2.0",
  });
}

/** The home account, which MSAL uses as key of its cache: a guest keeps the home identity here. */
export function clientInfo(user: User): string {
  return Buffer.from(JSON.stringify({ uid: user.homeObjectId, utid: user.homeTenantId })).toString("base64url");
}

/** Opaque text for codes and refresh tokens. */
export function opaqueToken(prefix: string): string {
  return `${prefix}.${randomUUID().replaceAll("-", "")}${randomBytes(48).toString("base64url")}`;
}

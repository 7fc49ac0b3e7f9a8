import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Handle } from "../core/http-server.ts";
import type { Instance } from "../core/instance.ts";
import type { Ending, Incoming } from "../core/request-life.ts";
import { signAppAccessToken } from "../entra/tokens.ts";
import { certificateAt } from "../world/certificate.ts";
import { machineResourceId } from "../world/ids.ts";
import { tenantOfSubscription } from "../world/tenancy.ts";
import { LOCAL_AUTHORITY, type MachineSpec } from "../world/types.ts";
import { json, resourceKind } from "./answers.ts";

export type HimdsOptions = {
  port?: number;
  /** Server on which the programs run that ask. */
  machine: string;
  /** Where challenge files are put. MSAL takes them from /var/opt/azcmagent/tokens alone. */
  tokenDir: string;
};

export const USUAL_TOKEN_DIR = "/var/opt/azcmagent/tokens";
export const USUAL_HOST = "ams-app-0002";
const API_VERSIONS = ["2019-11-01", "2020-06-01", "2021-02-01"];
/** Graph permissions that an administrator has given to the identity. */
const GRAPH_ROLES = ["Device.Read.All", "GroupMember.Read.All", "User.ReadBasic.All"];

/**
 * The identity endpoint that the agent offers to programs on its server: the first answer names a file that only some may read,
 * the second gives the token for its content. Source: domain.md 1.5; the statuses of refusals are guesses.
 */
export function himdsHandle(instance: Instance, options: HimdsOptions): Handle {
  const challenges = new Map<string, string>();
  return async (incoming) => {
    const url = new URL(incoming.target, "http://himds.invalid");
    const spec = instance.world.machines.find((row) => row.deletedAtMs === null && row.name === options.machine);
    instance.world.settle(instance.clock.nowMs());
    if (spec === undefined || spec.identityEndpointSilent === true) return { kind: "reset" };
    const path = url.pathname.toLowerCase().replace(/\/$/, "");
    if (incoming.method !== "GET") return refuse(405, "invalid_request", "Only GET is answered.");
    if (incoming.headers.metadata?.toLowerCase() !== "true")
      return refuse(400, "invalid_request", "Required metadata header not specified or not correct");
    const tenantId = tenantOfSubscription(instance.world, spec.subscriptionId);
    if (path === "/metadata/identity/info") return json(200, { tenantId });
    if (path !== "/metadata/identity/oauth2/token") return refuse(404, "not_found", `There is no ${url.pathname}.`);
    return token(instance, { spec, url, incoming, options, challenges });
  };
}

type Asked = { spec: MachineSpec; url: URL; incoming: Incoming; options: HimdsOptions; challenges: Map<string, string> };

async function token(instance: Instance, { spec, url, incoming, options, challenges }: Asked): Promise<Ending> {
  const { world, cloud, entra, options: settings, wallNowMs, clock } = instance;
  if (!API_VERSIONS.includes(url.searchParams.get("api-version") ?? ""))
    return refuse(400, "invalid_request", `The api-version must be one of ${API_VERSIONS.join(", ")}.`);
  const audience = url.searchParams.get("resource") ?? "";
  const kind = resourceKind(audience, cloud);
  if (kind === null) return refuse(400, "invalid_resource", `The resource '${audience}' was not found in the tenant.`);
  const given = /^Basic (.+)$/.exec(incoming.headers.authorization ?? "")?.[1];
  if (given === undefined) return challenge(options.tokenDir, challenges);
  const file = challenges.get(given);
  if (file === undefined) return refuse(401, "invalid_request", "The key of the challenge is not valid.");
  challenges.delete(given);
  rmSync(file, { force: true });
  const principal = world.servicePrincipals.get(spec.principalId ?? "");
  if (principal === undefined || certificateAt(spec, clock.nowMs()).endMs <= clock.nowMs())
    return refuse(500, "server_error", "The machine has no identity, or its certificate has expired.");
  const deps = { state: entra, cloud, options: settings, wallNowMs, world: () => world };
  const accessToken = await signAppAccessToken({
    deps,
    origin: LOCAL_AUTHORITY,
    principal,
    resource: { kind, audience: audience.replace(/\/$/, ""), app: null },
    clientCapabilities: [],
    resourceId: machineResourceId(spec),
    ...(kind === "graph" ? { roles: GRAPH_ROLES } : {}),
  });
  const now = Math.floor(wallNowMs() / 1000);
  return json(200, {
    access_token: accessToken,
    client_id: principal.appId,
    expires_in: String(settings.accessTokenSeconds),
    expires_on: String(now + settings.accessTokenSeconds),
    ext_expires_in: String(settings.accessTokenSeconds),
    not_before: String(now),
    resource: audience,
    token_type: "Bearer",
  });
}

/** The folder may be of this user alone; in Azure its group may read it, too. */
function challenge(tokenDir: string, challenges: Map<string, string>): Ending {
  const key = randomBytes(48).toString("base64url");
  const file = join(tokenDir, `${randomUUID()}.key`);
  mkdirSync(tokenDir, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  challenges.set(key, file);
  const made = refuse(401, "unauthorized_client", "Missing Basic Authorization header");
  if (made.kind === "answer") made.answer.headers["www-authenticate"] = `Basic realm=${file}`;
  return made;
}

function refuse(status: number, error: string, description: string): Ending {
  return json(status, { error, error_description: description });
}

import type { Handle } from "../core/http-server.ts";
import type { Instance } from "../core/instance.ts";
import { signAppAccessToken } from "../entra/tokens.ts";
import { PORTAL_APP_ID, PORTAL_APP_RESOURCE } from "../world/portal-app.ts";
import { LOCAL_AUTHORITY } from "../world/types.ts";
import { json, resourceKind } from "./answers.ts";

export type AppServiceOptions = {
  port?: number;
  /** Value of IDENTITY_HEADER, which programs of the app send along so that nobody outside can ask through them. */
  header: string;
};

export const TOKEN_PATH = "/msi/token";
const API_VERSION = "2019-08-01";
/** Graph permissions that an administrator has given to the identity: to read the directory's audit log, and names and groups. */
const GRAPH_ROLES = ["AuditLog.Read.All", "Directory.Read.All"];

/** The services answer refusals in this form; the statuses besides 400 are guesses. */
const refuse = (statusCode: number, message: string) => json(statusCode, { statusCode, message, correlationId: null });

/**
 * The identity endpoint of App Service and Container Apps: one GET with the header of the app gives the token. Source: Microsoft's
 * page on managed identities in App Service, "Connect to Azure services in app code"; Container Apps have the same one.
 */
export function appServiceHandle(instance: Instance, options: AppServiceOptions): Handle {
  return async (incoming) => {
    const url = new URL(incoming.target, "http://app-service.invalid");
    if (url.pathname.toLowerCase().replace(/\/$/, "") !== TOKEN_PATH) return refuse(404, `There is no ${url.pathname}.`);
    if (incoming.method !== "GET") return refuse(405, "Only GET is answered.");
    if (incoming.headers["x-identity-header"] !== options.header)
      return refuse(401, "The X-IDENTITY-HEADER is missing or wrong.");
    if (url.searchParams.get("api-version") !== API_VERSION) return refuse(400, `The api-version must be ${API_VERSION}.`);
    const { world, cloud, entra, options: settings, wallNowMs } = instance;
    const audience = url.searchParams.get("resource") ?? "";
    const kind = resourceKind(audience, cloud);
    if (kind === null) return refuse(400, `The resource '${audience}' was not found in the tenant.`);
    const principal = world.servicePrincipals.get(PORTAL_APP_ID);
    const wanted = url.searchParams.get("client_id");
    if (principal === undefined || (wanted !== null && wanted.toLowerCase() !== principal.appId)) {
      return refuse(400, "No managed identity was found for the specified client id.");
    }
    const accessToken = await signAppAccessToken({
      deps: { state: entra, cloud, options: settings, wallNowMs, world: () => world },
      origin: LOCAL_AUTHORITY,
      principal,
      resource: { kind, audience: audience.replace(/\/$/, ""), app: null },
      clientCapabilities: [],
      resourceId: PORTAL_APP_RESOURCE,
      ...(kind === "graph" ? { roles: GRAPH_ROLES } : {}),
    });
    return json(200, {
      access_token: accessToken,
      client_id: principal.appId,
      expires_on: String(Math.floor(wallNowMs() / 1_000) + settings.accessTokenSeconds),
      resource: audience,
      token_type: "Bearer",
    });
  };
}

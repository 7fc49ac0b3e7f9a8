import type { PublicConfig } from "@/lib/domain/api";
import type { ServerConfig } from "./env";

/** The part of the configuration that goes to the browser inside the page. */
export function publicConfig(config: ServerConfig): PublicConfig {
  return {
    cloudId: config.cloud.id,
    cloudLabel: config.cloud.label,
    localMode: config.mode === "local",
    clientId: config.clientId,
    authority: config.authority,
    tenantId: config.tenantId,
    allowedTenantIds: [...config.allowedTenantIds],
    apiScope: config.apiScope,
    authorityWireOrigin: config.localAzureOrigin,
    rolloutIdentity: config.rolloutIdentity === "managed",
    version: config.version,
  };
}

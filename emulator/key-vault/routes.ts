import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { WireError } from "../core/contract.ts";
import { decideAccess } from "../core/rbac.ts";
import { resourceId } from "../world/ids.ts";
import { stableHex } from "../world/random.ts";
import type { AzureResource } from "../world/types.ts";
import { VAULT_SUFFIXES } from "../world/vault-seeds.ts";

const VERSIONS = ["7.3", "7.4", "7.5", "7.6", "2025-07-01", "preview"] as const;
const GET_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
const READ_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action";

function vaultError(status: number, code: string, message: string, inner?: string): WireError {
  return new WireError(status, { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } });
}

/** The vault that the client meant: its host name, which a client that changes the origin keeps in x-forwarded-host. */
function vaultOf(request: WireRequest, ctx: EmulatorContext): AzureResource {
  const { hostname } = new URL(request.origin);
  const suffix = `.${VAULT_SUFFIXES[ctx.world.cloud]}`;
  const name = hostname.endsWith(suffix) ? hostname.slice(0, -suffix.length) : "";
  const vault = ctx.world.resources.find((row) => row.type === "Microsoft.KeyVault/vaults" && row.name === name);
  if (vault !== undefined) return vault;
  const message = `Local Azure has no vault at '${hostname}'. Send the vault's host name, for example kv-contoso-prod${suffix}, in x-forwarded-host.`;
  throw vaultError(404, "VaultNotFound", message);
}

/** Vaults in RBAC mode ask for a data action at the secret. Text after public reports of ForbiddenByRbac. */
function requireDataAction(
  request: WireRequest,
  ctx: EmulatorContext,
  place: { vault: AzureResource; id: string; action: string },
) {
  const { caller } = request;
  if (caller === null) throw new Error("the composition authenticates before it dispatches this route");
  const { vault, id, action } = place;
  const question = { principal: caller, action, scope: id, dataAction: true };
  const decision = decideAccess(ctx.world, ctx.clock.nowMs(), question);
  if (decision.outcome === "allowed") return;
  const message = [
    "Caller is not authorized to perform action on resource.",
    "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
    `Caller: appid=${caller.appId};oid=${caller.objectId};iss=${String(caller.claims.iss)}`,
    `Action: '${action}'`,
    `Resource: '${id.toLowerCase()}'`,
    "Assignment: (not found)",
    `DenyAssignmentId: ${decision.denyAssignment?.name ?? "null"}`,
    "DecisionReason: null ",
    `Vault: ${vault.name};location=${vault.location}`,
  ].join("\r\n");
  throw vaultError(403, "Forbidden", `${message}\r\n`, "ForbiddenByRbac");
}

function attributes(ctx: EmulatorContext): object {
  const seconds = Math.floor(ctx.world.time.nowMs / 86_400_000) * 86_400;
  return { enabled: true, created: seconds, updated: seconds, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 };
}

function getSecret(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const vault = vaultOf(request, ctx);
  const name = request.params.name ?? "";
  requireDataAction(request, ctx, { vault, id: `${resourceId(vault)}/secrets/${name}`, action: GET_SECRET });
  const value = ctx.world.vaultSecrets.get(vault.name)?.get(name.toLowerCase());
  if (value === undefined) {
    const message = `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`;
    throw vaultError(404, "SecretNotFound", message);
  }
  const version = stableHex(ctx.world.seed, `secret:${vault.name}:${name.toLowerCase()}`, 32);
  const id = `${String(vault.properties.vaultUri)}secrets/${name}/${version}`;
  return { status: 200, body: { value, id, attributes: attributes(ctx), tags: {} } };
}

function listSecrets(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const vault = vaultOf(request, ctx);
  requireDataAction(request, ctx, { vault, id: resourceId(vault), action: READ_METADATA });
  const names = [...(ctx.world.vaultSecrets.get(vault.name)?.keys() ?? [])];
  const value = names.map((name) => ({
    id: `${String(vault.properties.vaultUri)}secrets/${name}`,
    attributes: attributes(ctx),
    tags: {},
  }));
  return { status: 200, body: { value, nextLink: null } };
}

const base = {
  face: "keyVault" as const,
  method: "GET",
  apiVersions: VERSIONS,
  right: null,
  source: "https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret",
};

/** The data plane of vaults as far as it proves that an identity may read a secret. */
export const keyVaultRoutes: Route[] = [
  { ...base, pattern: "/secrets", query: ["maxresults"], handle: listSecrets },
  { ...base, pattern: "/secrets/{name}", query: [], handle: getSecret },
];

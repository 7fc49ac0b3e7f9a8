import "server-only";
import type { AzureClients } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import type { RolloutActor } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";

/** The portal's managed identity with its Azure clients, where an administrator has configured it. */
export type RolloutIdentity = { azure: AzureClients };

/** Name under which the managed identity carries roll-outs. */
export const IDENTITY_NAME = "The portal's managed identity";

/**
 * The clients with which a roll-out would work. Only an administrator of the portal may let it act as the managed identity: its
 * rights are not the operator's own. Throws AppError where that is refused or not configured.
 */
export function workerOf(ctx: ServiceContext, identity: RolloutIdentity | null, actsAs: RolloutActor): AzureClients {
  if (actsAs === "operator") return ctx.azure;
  if (!ctx.operator.portalRoles.includes("Portal.Admin")) {
    throw new AppError({
      code: "forbidden",
      message: "Only an administrator of the portal (Portal.Admin) may start a roll-out as the portal's managed identity.",
      nextStep: "Let the roll-out act as yourself, or ask an administrator of the portal to start it.",
      fields: [{ field: "body.actsAs", message: "Needs the portal role Portal.Admin." }],
    });
  }
  if (identity === null) {
    throw new AppError({
      code: "invalid_input",
      message: "This portal has no managed identity for roll-outs.",
      nextStep: "Let the roll-out act as yourself, or set ROLLOUT_IDENTITY=managed on a host that has a managed identity.",
      fields: [{ field: "body.actsAs", message: "Not configured." }],
    });
  }
  return identity.azure;
}

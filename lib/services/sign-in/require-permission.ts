import "server-only";
import { AppError } from "@/lib/domain/errors";
import type { MachineRef } from "@/lib/domain/machine";
import { isActionAllowed, type MACHINE_ACTIONS } from "@/lib/domain/permissions";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";

/**
 * Refuses an operator to whom Azure does not grant the action at the machine, before anything is written. When Azure cannot
 * say, the write goes on and Azure decides: the portal never widens and never narrows what RBAC grants.
 */
export async function requirePermission(
  ctx: ServiceContext,
  ref: MachineRef,
  action: (typeof MACHINE_ACTIONS)[keyof typeof MACHINE_ACTIONS],
): Promise<void> {
  let entries: Awaited<ReturnType<typeof ctx.azure.authorization.permissionsAtMachine>>;
  try {
    entries = await ctx.azure.authorization.permissionsAtMachine(ref, { signal: ctx.signal });
  } catch (error) {
    const stops = error instanceof AppError && ["unauthenticated", "forbidden", "not_found"].includes(error.code);
    if (stops) throw error;
    logUnread(ctx.log, "permissions.unreadable", error);
    return;
  }
  if (isActionAllowed(entries, action)) return;
  throw new AppError({
    code: "forbidden",
    message: `Azure does not grant you ${action} on ${ref.name}. Nothing was sent.`,
    nextStep:
      "Ask for a role that holds this action at the machine, its resource group or subscription, or activate one, then try again.",
  });
}

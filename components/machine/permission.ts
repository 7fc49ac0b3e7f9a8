import type { Known, OperatorPermissions } from "@/lib/domain/api";
import { t } from "@/messages/t";

/**
 * Why an operator may not do something, in words, or null when they may. Where Azure's answer could not be read the control
 * stays usable, because Azure itself decides when the request arrives.
 */
export function refusalFor(permissions: Known<OperatorPermissions>, need: keyof OperatorPermissions): string | null {
  if (!permissions.known) return null;
  const permission = permissions.value[need];
  return permission.allowed === false ? t("machine.permission.missing", { action: permission.action }) : null;
}

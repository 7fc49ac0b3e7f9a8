import type { OperationView } from "@/lib/domain/api";
import { t, tDynamic } from "@/messages/t";

/** "Deploy AADLogin on ams-app-0001". */
export function operationTitle(operation: OperationView): string {
  const what = tDynamic(`machine.operation.kinds.${operation.kind}`, { extension: operation.extensionName ?? "" });
  return `${what} ${t("machine.operation.on", { name: operation.machineName })}`;
}

/** What the end means for the machine, in one sentence; null while it runs. */
export function resultWords(operation: OperationView): string | null {
  const name = operation.machineName;
  switch (operation.state) {
    case "succeeded":
      if (operation.kind === "extension.uninstall") return t("signIn.result.removed", { name });
      return operation.kind === "identity.enable"
        ? t("signIn.result.identityOn", { name })
        : t("signIn.result.succeeded", { name });
    case "failed":
      return t("signIn.result.failed");
    case "canceled":
      return t("signIn.result.canceled");
    case "refused":
      return t("signIn.result.refused");
    case "unknown":
      return t("signIn.result.unknown");
    case "planned":
    case "submitting":
    case "provisioning":
      return null;
  }
}

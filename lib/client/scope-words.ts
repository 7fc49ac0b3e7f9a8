import { t } from "@/messages/t";

/** A scope in words: its kind and its name, for a subscription the name that people know. */
export function scopeWords(scope: string, subscriptionName: (id: string) => string): string {
  const [first, id = "", , group] = scope.split("/").filter((part) => part !== "");
  if (first?.toLowerCase() !== "subscriptions") {
    return `${t("access.scope.managementGroup")} ${scope.split("/").at(-1) ?? scope}`;
  }
  if (group === undefined) return `${t("access.scope.subscription")} ${subscriptionName(id)}`;
  return `${t("access.scope.resourceGroup")} ${group}`;
}

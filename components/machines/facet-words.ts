import { certificateStateWords, identityWords, joinWords, signInWords, statusWords } from "@/lib/client/fleet-cells";
import type { FacetId } from "@/lib/client/fleet-columns";
import { subscriptionNameIn } from "@/lib/client/subscription-name";
import { t } from "@/messages/t";

/** A facet value in words; what Azure did not announce is shown as it came. */
export function facetWords(id: FacetId, value: string, subscriptions: readonly { id: string; name: string }[]): string {
  switch (id) {
    case "status":
      return statusWords(value);
    case "certificate":
      return certificateStateWords(value);
    case "signIn":
      return signInWords({ extensionState: value, extensionExitCode: "" });
    case "identity":
      return identityWords(value);
    case "join":
      return joinWords(value);
    case "subscription":
      return subscriptionNameIn(subscriptions, value) ?? value;
    default:
      return value === "" ? t("machines.facet.notSaid") : value;
  }
}

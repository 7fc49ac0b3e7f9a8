import type { FleetRow } from "@/lib/client/fleet-types";
import { t } from "@/messages/t";

/** The agent knows `azcmagent reconnect` from this minor version on. */
const RECONNECT_MINOR = 70;

function knowsReconnect(agentVersion: string): boolean {
  const [major, minor] = agentVersion.split(".").map(Number);
  return major !== undefined && minor !== undefined && (major > 1 || (major === 1 && minor >= RECONNECT_MINOR));
}

/** What to do next with a machine of the queue, by its certificate state. */
export function recoveryStep(row: Pick<FleetRow, "certificateState" | "agentVersion">): string {
  switch (row.certificateState) {
    case "expired":
      return knowsReconnect(row.agentVersion)
        ? t("certificates.queue.steps.expiredReconnect")
        : t("certificates.queue.steps.expired");
    case "critical":
    case "renewal-stuck":
    case "at-risk":
      return t(`certificates.queue.steps.${row.certificateState}`);
    default:
      return "";
  }
}

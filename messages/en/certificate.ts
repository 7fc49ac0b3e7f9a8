export const certificate = {
  state: {
    ok: "Valid",
    "renewal-window": "Renewal due",
    "renewal-stuck": "Not renewing",
    "at-risk": "At risk",
    critical: "Critical",
    expired: "Expired",
    estimated: "Estimated",
    unknown: "Not known",
  },
  rule: {
    ok: "More than 45 days remain. The agent starts to renew when 45 or fewer are left.",
    "renewal-window": "{days} days remain, 45 or fewer, and the machine is connected: the agent is due to renew now.",
    "renewal-stuck":
      "{days} days remain and the machine has been connected in the renewal window for more than {hours} hours without a new certificate. Renewal is failing.",
    "at-risk": "{days} days remain and the machine is {status}. It cannot renew until it is connected again.",
    critical: "Only {days} days remain and the machine is {status}. Unless it connects and renews, it must be onboarded again.",
    expiredByDate: "The certificate ended {days} days ago. The machine cannot authenticate and cannot renew.",
    expiredByStatus: "Azure reports the machine as Expired, although the newest certificate has {days} days left.",
    expiredByStatusOnly: "Azure reports the machine as Expired. The certificate's dates could not be read.",
    estimatedConnected:
      "The dates could not be read. A connected agent renews at 45 days, so between 45 and 90 days should remain.",
    estimatedOffline:
      "The dates could not be read. The machine has been silent since {since}; its certificate ends 45 to 90 days after that.",
    estimatedOver:
      "The dates could not be read. The machine has been silent since {since}, more than 90 days: its certificate must be over.",
    noIdentity: "The machine has no system-assigned identity, so there is no certificate.",
    awaitingConnection: "The machine has not connected yet. It gets its certificate when it does.",
    nothingKnown: "Neither the certificate's dates nor the time of the last status change are known.",
  },
} as const;

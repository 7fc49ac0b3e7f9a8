export const overview = {
  title: "Overview",
  heading: "What needs you now",
  subtitle: "Most urgent first. Each line opens the machines it counts.",
  show: "Show machines",
  noMachines: "No Arc-enabled servers here",
  noMachinesDetail:
    "Azure named no machine. Either no server is connected in the subscriptions you can read, or you lack the right to see them.",
  allClear: "Nothing urgent in the machines that were read.",
  allClearPartial: "Nothing urgent in what could be read. Not everything could: the machines page says what is missing.",
  clear: "Nothing to do",
  counting: "Counting",
  incomplete: "Counted over an incomplete list: {received} machines read. Real numbers may be higher.",
  item: {
    expired: {
      title: { one: "Identity expired", other: "Identities expired" },
      why: "Azure cannot reach these servers any more. Each must be reconnected by someone who can reach it.",
    },
    critical: {
      title: { one: "14 days or fewer and offline", other: "14 days or fewer and offline" },
      why: "The certificate cannot renew while the server is offline. Bring it back before its end date.",
    },
    renewalStuck: {
      title: { one: "Connected, yet not renewing", other: "Connected, yet not renewing" },
      why: "In the renewal window for more than a day. Check the agent and the address of the identity service.",
    },
    disagreement: {
      title: { one: "Status and certificate disagree", other: "Status and certificate disagree" },
      why: "Azure's status says one thing and the certificate's date another. Look at both before you act.",
    },
    identityMissing: {
      title: { one: "No managed identity", other: "No managed identity" },
      why: "Without a system-assigned identity, Entra sign-in and every token request fail.",
    },
    signInFailed: {
      title: { one: "Entra sign-in failed", other: "Entra sign-in failed" },
      why: "The extension reported an error. Its page shows the decoded exit code and the next step.",
    },
    atRisk: {
      title: { one: "Offline inside the last 45 days", other: "Offline inside the last 45 days" },
      why: "These would renew now if they were connected.",
    },
  },
  operations: {
    title: "Running operations",
    none: "No operation is running.",
    failed: "Running operations could not be read.",
    waiting: "waiting for {what}",
    kind: {
      extension: {
        deploy: "Enable sign-in",
        uninstall: "Uninstall sign-in",
        repair: "Repair sign-in",
      },
      identity: { enable: "Switch on identity" },
    },
    state: {
      planned: "Planned",
      submitting: "Sending",
      provisioning: "In progress",
      unknown: "No answer yet",
      succeeded: "Succeeded",
      failed: "Failed",
      canceled: "Cancelled",
      refused: "Refused",
    },
  },
  coverage: {
    title: "Entra sign-in coverage",
    note: "{installed} of {machines} machines have the extension installed.",
    installed: "Installed",
    pending: "In progress",
    failed: "Failed",
    missing: "Not installed",
    other: "Not known",
    chart: "Share of machines by state of the sign-in extension",
  },
  certificates: {
    title: "Certificates",
    note: "{known} of {machines} end dates are known.",
    next: { one: "{count} identity lapses in the next 4 weeks", other: "{count} identities lapse in the next 4 weeks" },
    none: "No identity lapses in the next 4 weeks.",
    open: "Open the horizon",
  },
} as const;

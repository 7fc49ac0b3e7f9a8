export const glossary = {
  title: "Glossary",
  subtitle: "The words of this portal, as Microsoft uses them. Older names are given where people still search for them.",
  filter: "Find a word",
  none: "No word matches “{query}”.",
  formerly: "Also called: {names}",
  two: {
    title: "Two facts that are easily confused",
    connected: "Arc-connected",
    connectedText:
      "The server's agent has registered it in your Azure tenant, under a resource and a managed identity. Azure can manage it. Nobody can sign in with an Entra account because of this alone.",
    joined: "Entra joined",
    joinedText:
      "The server is a device in Microsoft Entra, so people with the right role can sign in with their Entra account. On an Arc-enabled server this comes from the sign-in extension, never from being connected.",
    note: "A server joins the tenant's Azure when it first connects. It does not join Entra the way it joins a domain: only the extension does that, and only after it succeeded.",
  },
  terms: {
    arc: {
      term: "Azure Arc-enabled server",
      names: "Arc server, hybrid machine, Arc enabled servers",
      text: "A server outside Azure with a resource of type Microsoft.HybridCompute/machines, kept up to date by the Connected Machine agent.",
    },
    entra: {
      term: "Microsoft Entra ID",
      names: "Azure AD, Azure Active Directory, AAD",
      text: "The directory that holds people, groups, devices and the servers' identities, and that issues their tokens.",
    },
    agent: {
      term: "Connected Machine agent",
      names: "azcmagent, himds, Arc agent",
      text: "The services on the server that keep it connected: a heartbeat every five minutes, extensions, and tokens for local programs.",
    },
    identity: {
      term: "System-assigned managed identity",
      names: "MSI, managed service identity",
      text: "The server's own identity in the tenant. It is made when the server connects and removed with the resource. Entra sign-in needs it.",
    },
    principal: {
      term: "Service principal",
      names: "enterprise application",
      text: "The directory object behind a managed identity. Its display name is the resource's name; its key credentials hold the certificate dates.",
    },
    certificate: {
      term: "Identity certificate",
      names: "credential, cert",
      text: "Proves the server's identity to Entra. Valid for up to 90 days and replaced by the agent while the server is connected.",
    },
    window: {
      term: "Renewal window",
      names: "renewal period, last 45 days",
      text: "The last 45 days of a certificate. A connected agent renews in it; an offline one cannot.",
    },
    stuck: {
      term: "Renewal stuck",
      names: "renewal overdue",
      text: "The server is connected and has been in the renewal window for more than 24 hours without a new certificate.",
    },
    atRisk: {
      term: "At risk and critical",
      names: "offline and running out",
      text: "Offline with 45 days or fewer left is at risk, with 14 or fewer it is critical. Bringing the server online solves both.",
    },
    expired: {
      term: "Expired",
      names: "identity expired, credential ended",
      text: "The certificate has ended. The server cannot renew by itself any more and must be reconnected.",
    },
    estimate: {
      term: "Estimate",
      names: "range, 45 to 90 days",
      text: "Where Graph may not be read, the end lies between 45 and 90 days after the last contact. It is drawn as a range and called an estimate.",
    },
    disagreement: {
      term: "Disagreement",
      names: "contradiction, mismatch",
      text: "Azure's status and the certificate's date contradict each other. Azure updates them apart, so both are shown.",
    },
    status: {
      term: "Arc status",
      names: "Connected, Disconnected, Expired, Error, AwaitingConnection",
      text: "Azure's word for the agent's connection. Disconnected appears 15 to 30 minutes after the last heartbeat. A word the portal does not know is shown as it came.",
    },
    extension: {
      term: "Entra sign-in extension",
      names: "AADLoginForWindows, AADLogin, Azure AD login",
      text: "The extension that joins a Windows server to Entra so that people can sign in with their Entra account. It needs Windows Server 2025 or Windows 11 24H2, with Desktop Experience.",
    },
    mdmId: {
      term: "mdmId",
      names: "device management id",
      text: "A setting of the extension that must be present. Empty joins the server without device management; Intune's id would enrol it, which Windows Server does not support.",
    },
    join: {
      term: "Join",
      names: "domain join, workgroup",
      text: "Whether the server belongs to an Active Directory domain, is Entra joined, both, or neither. A domain-joined server cannot be Entra joined by the extension.",
    },
    monitor: {
      term: "Monitor mode",
      names: "config mode",
      text: "A local setting of the agent that allows monitoring extensions only. Azure can read it but not change it.",
    },
    completeness: {
      term: "Complete, as of",
      names: "partial list, freshness",
      text: "Every list says how many rows Azure announced, how many arrived, what could not be read and when reading began. A short list without such a mark would be a defect.",
    },
    unknown: {
      term: "Unknown outcome",
      names: "no answer, timed out",
      text: "A change was sent and no answer came. It is not called failed: the portal asks Azure again until it knows.",
    },
  },
} as const;

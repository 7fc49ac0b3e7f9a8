export const failures = {
  title: "What the failure means",
  causes: "Likely causes",
  fixes: "What to do",
  exitCode: "Exit code",
  rawCode: "Azure's code",
  rawMessage: "Azure's message",
  sources: "Sources",
  confidence: {
    doc: "Documented by Microsoft for this extension",
    "doc-general": "Documented by Microsoft for device registration in general, not for Arc",
    community: "Reported by others, not documented by Microsoft",
    "community-low": "A single weak report: treat as a hint",
    none: "Not explained by any source that the portal knows",
  },
  unknown: {
    meaning: "The portal does not know this failure. Azure's own words are below.",
    fix1: "Read the extension's log on the machine and search for the code.",
    fix2: "Run the check of the sign-in hosts from the server, then try again.",
  },
  known: {
    msiTenantIdUnavailable: {
      meaning: "The extension asked the agent on the machine for the Entra tenant and got no answer.",
      cause1: "The machine has no system-assigned managed identity.",
      cause2: "The agent's service (himds) is stopped, or port 40342 on the machine does not answer.",
      cause3: "The identity's certificate has expired.",
      fix1: "Check that the identity is SystemAssigned and has a principal id; switch it on if not.",
      fix2: "On the machine, ask the metadata service for the tenant and compare it with this page.",
      fix3: "Restart himds. If the machine is Expired, onboard it again first.",
      fix4: "Deploy the extension again.",
    },
    discoveryFailed: {
      meaning: "The server could not reach the device registration host of its cloud.",
      cause1: "A firewall or proxy blocks the registration host.",
      cause2: "The host's name does not resolve on the server.",
      cause3: "The proxy is set for people but not for SYSTEM, under which the extension runs.",
      fix1: "Run the host tests of this page on the server.",
      fix2: "Expect 404 from the registration, sign-in and role hosts: that is the good answer. The role host may ask for a PIN.",
      fix3: "If a name does not resolve, compare the look-up with a public resolver.",
      fix4: "Open DNS, firewall or proxy, then deploy again.",
    },
    unsupportedOs: {
      meaning: "The extension does not support this operating system.",
      cause1: "The system is older than Windows Server 2025 or Windows 11 24H2.",
      cause2: "It is Server Core: the extension needs Desktop Experience.",
      fix1: "Uninstall the extension; it cannot work here.",
      fix2: "Upgrade the system, or stay with domain or local accounts.",
    },
    unsupportedOsOlder: {
      meaning: "An older form of “operating system not supported”.",
      cause1: "The system is too old for the extension.",
      fix1: "Handle it like exit code 51: uninstall, or upgrade the system.",
    },
    hostnameDuplicate: {
      meaning: "Another device in the tenant already has this host name, so Entra refused the join.",
      cause1: "The machine was rebuilt or onboarded again while its old device object stayed.",
      cause2: "Two servers share one host name.",
      cause3: "A deleted device with the same id has not been purged yet.",
      fix1: "In Entra, list the devices whose name equals the computer name.",
      fix2: "Save LAPS and BitLocker keys, then delete the stale device; or rename the server.",
      fix3: "Deploy the extension again.",
    },
    joinedAnotherWay: {
      meaning: "The machine is already Entra joined, but not by this extension.",
      cause1: "Somebody joined it by hand or through Autopilot.",
      cause2: "The extension was removed by hand while the join stayed.",
      fix1: "As local administrator run dsregcmd /leave, then install the extension again.",
    },
    tenantIdUnreadable: {
      meaning: "Reported as “tenant id could not be read”; belongs to the family of 1007.",
      cause1: "The system-assigned identity is missing.",
      fix1: "Handle it like 1007: check the identity first.",
    },
    registrationRefused: {
      meaning: "Entra refused to register the device.",
      cause1: "A Conditional Access policy for workload identities covers the machine's identity.",
      cause2: "The tenant restricts device registration.",
      fix1: "Look at the sign-in log of the machine's managed identity.",
      fix2: "Exclude the identity from the policy, or allow the registration.",
    },
    hostnameTooLong: {
      meaning: "In 2020, names of more than 15 characters failed to register.",
      cause1: "The computer name is longer than NetBIOS allows.",
      fix1: "Use a computer name of 15 characters or fewer.",
    },
    adConfigReadFailed: {
      meaning: "The service connection point or the computer object in Active Directory could not be read.",
      fix1: "Check whether the server is meant to be hybrid joined; then check the connection point and replication.",
    },
    discoveryTimeout: {
      meaning: "Looking for the registration service took too long.",
      fix1: "Open the registration host for SYSTEM on the server.",
    },
    realmDiscoveryFailed: {
      meaning: "Asking the sign-in host about the tenant failed.",
      fix1: "Open the sign-in host for SYSTEM on the server and look for the inner error in the log.",
    },
    tenantNotFound: {
      meaning: "The registration service does not know the tenant.",
      fix1: "Compare the tenants of subscription, identity and registration host: it may be the wrong cloud.",
    },
    serverBusy: {
      meaning: "The registration service was busy (503).",
      fix1: "Try again later.",
    },
    directoryFailure: {
      meaning: "The directory answered with an error: a duplicate, a quota, throttling or a missing object.",
      fix1: "Act on the service's own message; check the directory quota and duplicate devices.",
    },
    deviceAuthentication: {
      meaning: "The device could not authenticate.",
      fix1: "Read the service's error code; check the server's clock and certificate.",
    },
    internalService: {
      meaning: "The directory had an internal error.",
      fix1: "Try again; if it stays, ask Microsoft support.",
    },
    badKeySet: {
      meaning: "The key set is gone: the TPM was cleared, or the image was made from a joined machine.",
      fix1: "Do not clear the TPM; build the image from a machine that was never joined.",
    },
    tpmInternal: {
      meaning: "The TPM reported a general fault.",
      fix1: "Update its firmware, or leave the TPM out of the join.",
    },
    tpmFips: {
      meaning: "The TPM runs in FIPS mode, which the join does not support.",
      fix1: "Change the TPM's mode or disable it.",
    },
    tpmLocked: {
      meaning: "The TPM is locked out.",
      fix1: "Wait until the lock-out has passed, then try again.",
    },
    networkTimeout: {
      meaning: "The network did not answer in time.",
      fix1: "Check the way to the registration host.",
    },
    nameNotResolved: {
      meaning: "A host name could not be resolved.",
      fix1: "Check DNS on the server.",
    },
    cannotConnect: {
      meaning: "No connection could be made.",
      fix1: "Check firewall and proxy.",
    },
    connectionAborted: {
      meaning: "The connection was dropped.",
      fix1: "Try again over a stable connection.",
    },
    decodingFailed: {
      meaning: "The answer could not be decoded: a proxy or TLS inspection has changed it.",
      fix1: "Take the host out of the inspection.",
    },
    invalidData: {
      meaning: "The answer was not what the service sends, usually a proxy's own sign-in page.",
      fix1: "Let SYSTEM authenticate to the proxy.",
    },
    linuxNoIdentity: {
      meaning: "The install stopped because the machine has no system-assigned identity.",
      cause1: "The identity is off.",
      fix1: "Remove the failed extension.",
      fix2: "Switch the identity on.",
      fix3: "Install the extension again.",
    },
    linuxOldExtension: {
      meaning: "The retired Linux sign-in extension or its package is still there.",
      cause1: "The older preview extension was never removed.",
      fix1: "Sign Entra users out, remove the old extension or package, install again.",
    },
    linuxSshdConfig: {
      meaning: "The SSH server's configuration lacks the lines that ask Entra for keys.",
      cause1: "A hardening script rewrote sshd_config.",
      fix1: "Restore the AuthorizedKeysCommand setting of aad_certhandler.",
    },
    linuxProxy: {
      meaning: "Fetching packages or checking the identity fails behind a proxy.",
      cause1: "The agent's service does not know the proxy.",
      fix1: "Set the proxy for the agent's service and leave the local metadata address out of it.",
    },
    linuxLowMemory: {
      meaning: "The machine has too little memory for the install (below 1 GB).",
      cause1: "Too little memory.",
      fix1: "Add memory, then try again.",
    },
    noexecMount: {
      meaning: "The extension's folder is on a file system that forbids running programs.",
      cause1: "Hardened mount options on /var or /opt.",
      fix1: "Mount that path with exec, for good, then try again.",
    },
    handlerManifestMissing: {
      meaning: "The extension's files are incomplete, so the agent can neither run nor remove it.",
      cause1: "It was not removed cleanly.",
      fix1: "Delete it through Azure, then remove its folder on the machine by hand.",
    },
    blockedByLocalList: {
      meaning: "The agent refused: its local configuration does not let this extension in.",
      cause1: "An allow list without it, or a block list with it.",
      cause2: "The agent runs in monitor mode.",
      cause3: "Extensions are switched off on the agent.",
      fix1: "Change the setting on the server with azcmagent config; it cannot be changed from Azure.",
    },
    agentNotConnected: {
      meaning: "The agent is not connected, so nothing reaches the machine.",
      cause1: "The machine is off, its network is down, or its certificate has expired.",
      fix1: "Bring the machine back to Connected first.",
    },
  },
} as const;

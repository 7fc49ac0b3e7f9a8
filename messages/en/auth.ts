export const auth = {
  product: "Arcwarden",
  version: "Version {version}",
  signOut: "Sign out",
  objectId: "Object id",
  tenantId: "Tenant id",
  otherAccount: "Use another account",
  landing: {
    title: "Know the identity of every Arc server, and who can sign in to it",
    lead: "Arcwarden shows each Azure Arc-enabled server of your tenant with its managed identity, the days left on its certificate and the state of Microsoft Entra sign-in, and lets you put right what is not. You act with your own rights in Azure, never with more.",
    signIn: "Sign in with Microsoft",
    otherTenant: "Sign in with an account of another organisation",
    note: "You are taken to Microsoft Entra and come back to this page.",
    leaving: "Taking you to Microsoft Entra...",
    points: {
      certificates: {
        title: "Certificates before they expire",
        text: "Each machine's identity certificate lasts up to 90 days. See which ones stopped renewing while there is still time.",
      },
      signIn: {
        title: "Entra sign-in that works the first time",
        text: "A preflight names what would fail before anything is sent: operating system, identity, agent mode, your own permission.",
      },
      audit: {
        title: "A record that holds",
        text: "Every change is written down before it is sent, with its outcome after, in a chain that shows any later edit.",
      },
    },
  },
  failureCode: "Code",
  failureDetail: "Microsoft Entra said",
  failureCorrelation: "Correlation id",
  failures: {
    cancelled: { title: "The sign-in was cancelled", next: "Nothing happened. Sign in again when you are ready." },
    wrongTenant: {
      title: "This account does not belong to the tenant",
      next: "Sign in with an account of this organisation, or ask its administrator to invite yours as a guest.",
    },
    noConsent: {
      title: "The portal may not be used in this tenant yet",
      next: "An administrator has to consent to the portal's permissions or assign you to the application in Microsoft Entra.",
    },
    disabled: { title: "The account is disabled", next: "Ask an identity administrator to enable it, or use another account." },
    blockedByPolicy: {
      title: "A Conditional Access policy blocks this sign-in",
      next: "Use a device and network that the policy accepts. An identity administrator can see in the sign-in logs which policy it was.",
    },
    appUnknown: {
      title: "The portal is not registered in this tenant",
      next: "The portal's administrator has to check CLIENT_ID and TENANT_ID, or add the application to this tenant.",
    },
    redirectNotRegistered: {
      title: "The address of this portal is not registered",
      next: "The portal's administrator has to add this address with /auth/redirect as a single-page application redirect URI.",
    },
    unreachable: {
      title: "Microsoft Entra cannot be reached",
      next: "Check the network connection and whether the sign-in host of your cloud is allowed, then sign in again.",
    },
    storageBlocked: {
      title: "The browser blocks storage for this site",
      next: "Allow storage for this address (it is only kept until the tab is closed), then sign in again.",
    },
    notReturned: {
      title: "The sign-in came back incomplete",
      next: "This happens when an old sign-in page is used again or two run at once. Sign in again.",
    },
    other: {
      title: "The sign-in did not work",
      next: "Sign in again. If it goes on, give the code below to the portal's administrator.",
    },
  },
  insecure: {
    title: "This address is not secure enough to sign in",
    text: "You opened the portal at {address}. Over plain http the browser turns its cryptography off, so nobody can sign in here.",
    next: "Open it over https. On the computer it runs on, http://localhost works too.",
  },
  wrongTenant: {
    title: "This portal does not serve your tenant",
    text: "You are signed in as {name} in the tenant {tenant}.",
    served: "Tenants served: {tenants}",
  },
  noAccess: {
    title: "You have no access to Azure here",
    text: "You are signed in as {name}, and Azure shows this account no subscription in this tenant.",
    next: "Ask an administrator for the role Reader on the subscriptions or groups whose servers you look after. A new role can take some minutes to work.",
    again: "Look again",
    switch: "Switch to {tenant}",
  },
  signedOut: {
    title: "You are signed out",
    text: "This tab holds nothing of your session any more. If this is a shared computer, close the browser as well.",
    again: "Sign in again",
  },
  redirect: {
    waiting: "Completing the sign-in...",
    failed: "The sign-in could not be completed here.",
    back: "Go to the portal",
  },
  notFound: {
    title: "There is no such page",
    text: "The address may be old or mistyped. Nothing was changed.",
    home: "Go to the overview",
  },
  crash: {
    title: "This page stopped working",
    text: "The portal met an error it did not expect. Nothing was changed in Azure by showing this page.",
    digest: "Digest {digest}",
    again: "Try again",
    reload: "Load the page again",
  },
} as const;

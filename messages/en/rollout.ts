/** What can be rolled out. */
const kind = {
  windowsSignIn: {
    install: "Install Entra sign-in (Windows)",
    settings: "Write the setting mdmId (Windows)",
    upgrade: "Upgrade Entra sign-in (Windows)",
    uninstall: "Uninstall Entra sign-in (Windows)",
  },
  linuxSignIn: {
    install: "Install Entra sign-in over SSH (Linux)",
    upgrade: "Upgrade Entra sign-in over SSH (Linux)",
    uninstall: "Uninstall Entra sign-in over SSH (Linux)",
  },
  role: { assign: "Assign a role at each machine" },
};

/** What became of a machine, by the code of its outcome. */
const outcome = {
  canSignIn: "A person can sign in to {machine}.",
  installedNotAllChecked: "Installed on {machine}. Not everything could be checked: see the points marked unknown.",
  settingsWritten: "The setting has been written.",
  upgraded: "The extension has at least the wanted version.",
  removed: "The extension has been removed. The machine has left Entra with it.",
  roleAssigned: "The role is assigned at this machine.",
  noDeviceObject: "Installed, but Entra has no joined device named {name}, so nobody can sign in yet.",
  deviceNameConflict: "Installed, but {count} devices in Entra are named {name}. A sign-in by name may reach the wrong one.",
  joinConflict: "Installed, but this machine also belongs to an Active Directory domain.",
  noSignInRole: "Installed, but nobody holds a role with which one may sign in to this machine.",
  grantFailed: "Installed, but the role of the last step could not be assigned.",
  effectMissing: "Azure reported success, but what was asked for does not stand there now.",
  timedOut: "Azure accepted the request and reported no end within the time that the plan gives.",
  changedByOthers: "Somebody else has changed this extension since the request was sent. Nothing further was done.",
  machineGone: "The machine no longer exists in Azure.",
  offlineTooLong: "The agent did not come back before the date until which the plan waits.",
  offlineSkipped: "The agent was not connected, and the plan leaves such machines out.",
  excluded: "Left out by a person. Nothing was sent.",
  waveStopped: "Its wave was stopped before anything was sent.",
  canceled: "The roll-out was cancelled before anything was sent.",
  otherOperation: "Azure refused because another change of this machine was running.",
  noAnswer: "No answer came from Azure.",
  noRight: "Azure refused: whoever the roll-out acts as lacks the right at this machine.",
  denyAssignment: "Azure refused: a deny assignment forbids the change here.",
  scopeLocked: "Azure refused: a lock protects the machine or its resource group.",
  subscriptionDisabled: "Azure refused: the subscription is read-only or disabled.",
  disallowedByPolicy: "Azure Policy refused the change.",
  principalNotFound: "Azure does not know the person or group to whom the role should go.",
  roleAssignmentLimit: "The subscription has reached its limit of role assignments.",
  roleNotFound: "The role does not exist in this subscription.",
  azureError: "Azure answered with an error of its own.",
  requestRefused: "Azure refused the request as wrong.",
  extensionFailed: "The extension failed, and no source that the portal knows explains why.",
};

/** What to do about it, by the same codes. */
const fix = {
  canSignIn: "Nothing.",
  installedNotAllChecked:
    "Grant the portal's operators the right to read devices and access, then check again. Or sign in once to be sure.",
  settingsWritten: "Nothing.",
  upgraded: "Nothing.",
  removed: "Nothing. To be sure, look for the device in Entra and delete it if it stayed.",
  roleAssigned: "Nothing. A role can take ten minutes until it works.",
  noDeviceObject: "Wait five minutes and check again. If the device does not appear, run dsregcmd /status on the server.",
  deviceNameConflict: "Find out which device is the real one, save its keys, delete the others, then check again.",
  joinConflict: "Leave the domain, or keep domain sign-in and remove the extension. Both joins at once are not supported.",
  noSignInRole: "Assign Virtual Machine User Login or Virtual Machine Administrator Login to a group, then check again.",
  grantFailed: "Read Azure's words below. Assign the role yourself, or with an account that may, then check again.",
  effectMissing: "Look at the machine's extensions in Azure, then try again.",
  timedOut: "Look at the extension and the agent on the machine. The request may still end; try again when it has.",
  changedByOthers: "Find out who changed it (Activity log of the machine), then decide whether to try again.",
  machineGone: "Nothing. If it was onboarded again under another name, start a roll-out for that one.",
  offlineTooLong: "Bring the machine online, then try again.",
  offlineSkipped: "Bring the machine online, then retry it.",
  excluded: "Retry it when it should be done after all.",
  waveStopped: "Retry it when it should be done after all.",
  canceled: "Retry it when it should be done after all.",
  otherOperation: "Wait until the other change has ended, then try again.",
  noAnswer: "Try again. The portal looks at the machine before it sends anything a second time.",
  noRight: "Activate or ask for Azure Connected Machine Resource Administrator at the machine, then try again.",
  denyAssignment: "Find the deny assignment on the Access page of the machine; only its owner can change it.",
  scopeLocked: "Remove the lock for the time of the roll-out, then try again.",
  subscriptionDisabled: "Have the subscription enabled again, then try again.",
  disallowedByPolicy: "Read which policy Azure names below, and have an exemption made or the plan changed.",
  principalNotFound: "Check that the group still exists. A new one can take minutes until Azure knows it.",
  roleAssignmentLimit: "Assign the role once at the resource group or subscription instead of at each machine.",
  roleNotFound: "Choose another role, or make this one assignable in the subscription.",
  azureError: "Try again. If it stays, look at Azure Status and give support the request id below.",
  requestRefused: "Read Azure's words below and change the work. Trying the same again gives the same answer.",
  extensionFailed: "Read Azure's words below and the extension's log on the machine, then try again.",
};

/** Why machines failed, as headings over a group. */
const cause = {
  endpointBlocked: "A host is blocked",
  unsupportedSystem: "The system is not supported",
  identityMissing: "The machine's identity is missing",
  joinConflict: "Joined in another way",
  extensionConflict: "Another extension or change stands in the way",
  settings: "A setting is wrong",
  deviceName: "The device name is taken",
  agent: "The agent does not let it in",
  offline: "The machine is offline",
  timedOut: "No end in time",
  denied: "The right is missing",
  policy: "A policy forbids it",
  machineGone: "The machine is gone",
  changedByOthers: "Changed by somebody else",
  serviceError: "Azure or Entra had a fault",
  other: "Other failures",
};

/** What the check after the work looks at, and what it found. */
const check = {
  extension: {
    title: "Extension",
    succeeded: "{name} reports Succeeded.",
    notSucceeded: "{name} reports {state}.",
    absent: "No sign-in extension stands on the machine.",
  },
  device: {
    title: "Device in Entra",
    joined: "Entra has one joined device named {name}.",
    absent: "Entra has no joined device named {name}.",
    several: "Entra has {count} joined devices named {name}.",
    hybrid: "Entra has a hybrid joined device named {name}.",
    notReadable: "Devices could not be read, so this is not known. It needs the permission Device.Read.All.",
  },
  signInRole: {
    title: "Somebody may sign in",
    present: { one: "{count} person or group may sign in.", other: "{count} people and groups may sign in." },
    atLeast: { one: "At least {count} person or group may sign in.", other: "At least {count} people and groups may sign in." },
    nobody: "Nobody holds a role with which one may sign in.",
    partlyReadable: "Nobody was found, but part of the access could not be read.",
    notReadable: "Access could not be read, so this is not known.",
  },
  joinConflict: {
    title: "No other join",
    workgroup: "The machine is in a workgroup.",
    domain: "The machine belongs to the domain {domain}.",
    notReported: "The agent does not report a domain or workgroup.",
  },
};

/** Checks of many machines that the single machine's page does not have. */
const preflight = {
  linuxSystem: {
    title: "Linux",
    linux: "{system} is Linux.",
    windows: "{system} is Windows. This work installs the Linux extension.",
    windowsFix: "Roll out the Windows extension to this machine instead.",
    unknown: "The machine reports {system}, from which the system cannot be told.",
    unknownFix: "Check on the machine that it is Linux before you go on.",
  },
  oldLinuxExtension: {
    title: "No retired sign-in extension",
    absent: "The retired extension AADLoginForLinux is not on the machine.",
    present: "The retired extension AADLoginForLinux stands there as {name}. The new one would end with exit code 23.",
    presentFix: "Sign Entra users out, remove {name}, then run the checks again.",
  },
  hasExtension: {
    title: "Extension present",
    present: "{name} is there, state {state}.",
    absent: "No sign-in extension is on the machine, so there is nothing to change.",
    absentFix: "Install it first, with a roll-out of its own.",
    busy: "{name} is in state {state}: a change is running.",
    busyFix: "Wait until it has ended, then run the checks again.",
    unknown: "The machine's extensions could not be read.",
  },
  permission: {
    title: "Your permission",
    missing: "You lack {action} on this machine.",
    missingFix: "Ask for a role that may assign roles here, or activate it if you are eligible.",
  },
};

/** Why a button of a roll-out is off. */
const control = {
  ownerOnly: "Only the person who started the roll-out, or an administrator of the portal, may do this.",
  lookOnly:
    "You may look at this roll-out. Acting on it takes the person who started it, an administrator of the portal, or the rights for its work.",
  ended: "The roll-out has ended.",
  canceling: "The roll-out is being cancelled.",
  notRunning: "It is not running.",
  runs: "It is running.",
  noGo: "No wave waits for a go.",
  resumeFirst: "Resume the roll-out first.",
  noWave: "No wave is being worked on.",
  allSent: "Something was sent to every machine already.",
  noFailures: "Nothing has failed.",
  noneNotReady: "There is no machine on which nobody can sign in.",
};

const day = { d1: "Mon", d2: "Tue", d3: "Wed", d4: "Thu", d5: "Fri", d6: "Sat", d7: "Sun" };

export const rollout = {
  control,
  kind,
  outcome,
  fix,
  cause,
  day,
  check,
  preflight,
} as const;

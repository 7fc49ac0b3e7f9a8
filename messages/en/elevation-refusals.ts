/** Why something of elevation was not done, and what is wrong with a form. Keys: REFUSAL_IDS and FORM_PROBLEM_IDS. */
export const elevationRefusals = {
  azureSays: "Azure says",
  refusal: {
    mfaMissing: {
      title: "Multifactor sign-in is missing",
      meaning: "The role's settings want a sign-in with a second factor, and this one had none. Nothing was activated.",
      next: "Sign out, sign in again with your second factor, then send it again.",
    },
    justificationMissing: {
      title: "A justification is missing",
      meaning: "The role's settings want a reason in words. Nothing was activated.",
      next: "Write why you need the role, then send it again.",
    },
    ticketMissing: {
      title: "A ticket is missing",
      meaning: "The role's settings want a ticket number and its system. Azure does not check that the ticket exists.",
      next: "Fill in both, then send it again.",
    },
    tooLong: {
      title: "Longer than the role allows",
      meaning: "The time asked for is longer than the maximum in the role's settings. Nothing was activated.",
      next: "Choose a shorter time. You can activate again when it ends.",
    },
    notEligible: {
      title: "You are not eligible any more",
      meaning:
        "Azure knows no eligibility of yours for this role at this scope: it has ended, was removed, or you left the group.",
      next: "Ask an administrator of the scope to renew it. Owners and User Access Administrators can.",
    },
    policyFailed: {
      title: "The role's settings refused it",
      meaning: "Azure checked the request against the role's settings and named rules that the portal does not know.",
      next: "Read Azure's words below and compare them with the role's settings.",
    },
    stepUpNeeded: {
      title: "A stronger sign-in is needed",
      meaning:
        "The role's settings ask for the authentication context {context}. Nothing was sent to a decision, nothing was done.",
      next: "Confirm your sign-in. The request is then sent again by itself, with the same id.",
    },
    alreadyActive: {
      title: "Already active",
      meaning: "You hold this role at this scope now, or the same request is already on its way.",
      next: "Look at your active roles. To get a later end, deactivate and activate again.",
    },
    notActive: {
      title: "Not active any more",
      meaning: "Azure has no activation to end: it ended by itself, or somebody ended it.",
      next: "Nothing. The list shows it after the next read.",
    },
    tooSoonToEnd: {
      title: "Too soon to end it",
      meaning: "Azure does not end an activation in its first five minutes. The role is still active.",
      next: "End it again after {canEndFrom}. It also ends by itself.",
    },
    scheduleInvalid: {
      title: "Azure does not take this time",
      meaning: "The start or the length is not valid for Azure. If your clock and Azure's differ, the start may lie in its past.",
      next: "Start now instead of at a set time, or choose another length.",
    },
    alreadyPending: {
      title: "A request is already waiting",
      meaning: "Azure keeps one open request for a role, scope and person. This one was not added.",
      next: "Wait for its decision, or cancel it and send a new one.",
    },
    requestConflict: {
      title: "Something else is changing it",
      meaning: "Azure is working on the same assignment at this moment. Nothing was done.",
      next: "Wait a minute, then send it again.",
    },
    noPermission: {
      title: "You do not have the right",
      meaning:
        "Azure does not let you do this at this scope. Activating needs your own eligibility; deciding needs you among the approvers.",
      next: "Check the account you are signed in with, or ask an owner of the scope.",
    },
    notFound: {
      title: "Azure does not have it any more",
      meaning: "The request, the schedule or the scope is gone. Nothing was done.",
      next: "Read the list again.",
    },
    licenceMissing: {
      title: "The tenant has no licence for this",
      meaning:
        "Privileged Identity Management needs Microsoft Entra ID P2 or Microsoft Entra ID Governance for the people who use it.",
      next: "Ask whoever administers the tenant's licences. Everything else in the portal works without it.",
    },
    invalidPolicy: {
      title: "Azure does not take these settings",
      meaning: "The role's settings would contradict themselves or leave Azure's limits. They are unchanged.",
      next: "Correct the values, then save again.",
    },
    resourceLocked: {
      title: "A lock stands in the way",
      meaning: "A resource lock at the scope keeps Azure from writing the assignment.",
      next: "Ask an owner to lift the lock for a moment, then send it again.",
    },
    throttled: {
      title: "Azure asks for patience",
      meaning: "Too many requests reached Azure in a short time. This one was not done.",
      next: "Wait a minute, then send this item again.",
    },
    azureDown: {
      title: "Azure failed",
      meaning: "Azure answered with an error of its own, or not at all. The portal asks by the request's id what became of it.",
      next: "Wait for the state on this page. Sending it again with the same id cannot do it twice.",
    },
    tenantMismatch: {
      title: "Another tenant",
      meaning: "The scope belongs to another tenant than your sign-in.",
      next: "Change the tenant in the account menu.",
    },
    unknown: {
      title: "Azure refused it",
      meaning: "The portal does not know this refusal. Azure's own words are below.",
      next: "Read them, and give the request id to Azure support when they do not help.",
    },
    denied: {
      title: "Refused by an approver",
      meaning: "The request was decided, and the answer is no. You do not hold the role.",
      next: "Talk to the approver. A new request needs a new justification.",
    },
    timedOut: {
      title: "Nobody decided in time",
      meaning: "Azure closes a request that nobody decided within 24 hours. You do not hold the role.",
      next: "Send it again, and tell an approver that it is there.",
    },
    evaluationFailed: {
      title: "Azure could not finish it",
      meaning: "Azure took the request and failed while carrying it out. You do not hold the role through it.",
      next: "Send a new request. If it fails again, give the request id to Azure support.",
    },
    canceledByOther: {
      title: "Taken back",
      meaning: "The request was cancelled before it took effect.",
      next: "Send a new one if you still need the role.",
    },
    stepUpRepeated: {
      title: "The stronger sign-in did not help",
      meaning:
        "You confirmed the sign-in, and Azure asked for {context} again. Most often the Conditional Access policy of this context excludes you, or the portal's app registration does not declare client capabilities.",
      next: "Tell whoever administers Conditional Access. The portal does not ask a third time. Nothing was done.",
    },
    stepUpMalformed: {
      title: "Azure asked for a sign-in the portal cannot read",
      meaning: "The refusal wants a stronger sign-in, but the claims in it are not the ones documented. Nothing was done.",
      next: "Activate this role in the Azure portal, and report Azure's words below.",
    },
    policyChanged: {
      title: "The role's settings changed meanwhile",
      meaning:
        "Between filling in the form and sending it, an administrator changed the settings, and the form does not fit them any more.",
      next: "Look at the fields that are marked now, then send this item again.",
    },
    formInvalid: {
      title: "The form does not fit the role's settings",
      meaning: "The portal checked it before sending. Nothing was sent for this item.",
      next: "Correct the marked fields, then send this item again.",
    },
    ownRequest: {
      title: "Nobody decides for themselves",
      meaning: "This is your own request. Another approver must decide it.",
      next: "Tell one of the other approvers.",
    },
    decidedByOther: {
      title: "Somebody was faster",
      meaning: "{person} decided this request before you. Your decision was not used.",
      next: "Nothing. What was decided, and why, is beside it.",
    },
    notApprover: {
      title: "You are not an approver of this any more",
      meaning: "The role's settings were changed: Azure no longer lets you decide this request.",
      next: "Ask who should, and tell the requester.",
    },
    extensionNotDecidable: {
      title: "Azure's own portal only",
      meaning: "Requests to extend or renew can be decided in the Azure portal only; Azure offers no interface for it.",
      next: "Open Privileged Identity Management in the Azure portal.",
    },
    requestGone: {
      title: "The request is over",
      meaning: "It was cancelled, ran out, or ended before your decision came. Your decision was not used.",
      next: "Read the list again.",
    },
    eligibilityEnded: {
      title: "The eligibility has ended",
      meaning: "When the portal asked again before sending, Azure did not list this eligibility any more. Nothing was sent.",
      next: "Ask an administrator of the scope to renew it.",
    },
    signInNotConfirmed: {
      title: "The sign-in was not confirmed",
      meaning: "The stronger sign-in did not come within 30 minutes. Nothing was sent for this item.",
      next: "Send it again when you can sign in.",
    },
    notSeenTooLate: {
      title: "Azure shows nothing of it",
      meaning: "The answer was lost, Azure does not have the request, and it is older than 30 minutes. It is not sent again.",
      next: "Send a new one if you still need it.",
    },
  },
  form: {
    tooLong: "The role allows {maxMinutes} minutes at most, this is {minutes}. Choose a shorter time.",
    tooShort: "Azure activates for {minutes} minutes at least.",
    notWholeMinutes: "Write whole minutes.",
    justificationMissing: "Write why you need it. The role's settings ask for a reason.",
    justificationTooLong: "At most {max} characters, this has {length}.",
    ticketMissing: "The role's settings ask for a ticket: its number and its system.",
    ticketNumberMissing: "A ticket system without a number says nothing. Add the number or clear both.",
    startInPast: "The start has passed. Choose a later one, or start now.",
    startTooFar: "The start is more than a year away.",
    pastEligibilityEnd: "Your eligibility ends at {endsAt}, before this would end. Choose a shorter time.",
    scopeOutside: "You are eligible at {scope}; the chosen scope is not below it.",
    reasonMissing: "Write a reason. The requester and the audit see it.",
    alreadyActive: "You hold this role here already.",
    alreadyPending: "A request of yours for this role is waiting already.",
    eligibilityEnded: "Azure does not list this eligibility any more.",
    endNotLater: "The new end must be later than {endsAt}.",
    endTooLate: "The role's settings give {maxDays} days at a time at most.",
    policyUnknown: "The role's settings could not be read. Azure checks the request against them when it comes.",
  },
} as const;

import type { Notice, NoticeBody } from "./types";

type Sentence = { title: string; text: string };

function sentenceOf(notice: Notice): Sentence {
  const who = notice.person?.name ?? "Somebody";
  const role = notice.role?.name ?? "a role";
  const where = notice.scope?.name ?? "an unknown scope";
  switch (notice.kind) {
    case "needsApproval":
      return {
        title: `${who} asks for ${role}`,
        text: `A request for ${role} on ${where} waits for a decision. It lapses 24 hours after it was made.`,
      };
    case "decided": {
      const by = notice.decidedBy?.name ?? "an approver";
      return {
        title: `Request of ${who} ${notice.decision ?? "decided"}`,
        text: `${by} ${notice.decision ?? "decided"} the request for ${role} on ${where}.`,
      };
    }
    case "activated":
      return {
        title: `${who} activated ${role}`,
        text: `${role} on ${where} is active${notice.endsAt === null ? "" : ` until ${notice.endsAt}`}.`,
      };
    case "endsSoon":
      return { title: `${role} of ${who} ends soon`, text: `${role} on ${where} ends at ${notice.endsAt ?? "an unknown time"}.` };
    case "test":
      return { title: "Test notice of Arcwarden", text: "If you can read this, notices of elevation arrive here." };
  }
}

const short = (named: { id: string; name: string } | null) => (named === null ? null : { id: named.id, name: named.name });

/** The body of the generic webhook. `origin` is the portal's address, without it no link is made. */
export function jsonBody(notice: Notice, of: { id: string; tenantId: string; origin: string | null }): NoticeBody {
  return {
    id: of.id,
    type: `arcwarden.elevation.${notice.kind}`,
    version: 1,
    tenantId: of.tenantId,
    at: notice.at,
    ...sentenceOf(notice),
    person: short(notice.person),
    role: notice.role,
    scope: notice.scope,
    startsAt: notice.startsAt,
    endsAt: notice.endsAt,
    decision: notice.decision,
    decidedBy: short(notice.decidedBy),
    reason: notice.reason,
    justification: notice.justification,
    ticket: notice.ticket,
    link: of.origin === null || notice.path === null ? null : `${of.origin}${notice.path}`,
  };
}

/** Text of people goes into a card as it is: marks of its little Markdown would turn a reason into a link. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]()#>~|!-]/g, (mark) => `\\${mark}`).slice(0, 1_000);
}

function factsOf(body: NoticeBody): { title: string; value: string }[] {
  const facts: [string, string | null | undefined][] = [
    ["Person", body.person?.name],
    ["Role", body.role?.name],
    ["Scope", body.scope?.name],
    ["From", body.startsAt],
    ["Until", body.endsAt],
    ["Why", body.justification],
    ["Ticket", body.ticket === null ? "" : `${body.ticket.system} ${body.ticket.number}`.trim()],
    ["Decided by", body.decidedBy?.name],
    ["Reason", body.reason],
  ];
  return facts.flatMap(([title, value]) => (value == null || value === "" ? [] : [{ title, value: plain(value) }]));
}

/**
 * The same as a message for Microsoft Teams: one adaptive card. Source: Microsoft Teams, "Create incoming webhooks with
 * Workflows"; Adaptive Cards 1.4. Teams knows no event id, so a repeated delivery shows twice there.
 */
export function teamsBody(body: NoticeBody): Record<string, unknown> {
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      { type: "TextBlock", size: "Medium", weight: "Bolder", wrap: true, text: plain(body.title) },
      { type: "TextBlock", wrap: true, text: plain(body.text) },
      { type: "FactSet", facts: factsOf(body) },
      { type: "TextBlock", isSubtle: true, size: "Small", wrap: true, text: `Event ${body.id}` },
    ],
    ...(body.link === null ? {} : { actions: [{ type: "Action.OpenUrl", title: "Open in Arcwarden", url: body.link }] }),
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card }],
  };
}

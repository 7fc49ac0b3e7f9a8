import type { PrincipalInput } from "@/lib/domain/access/types";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import type { EndChoice } from "@/lib/domain/elevation/manage/schedule-form";

export const MOST_CHANGES = 100;

export type GiveDraft = {
  of: "eligible" | "active";
  who: readonly PrincipalInput[];
  roleId: string;
  /** As it was typed: one id a line. */
  scopes: string;
  /** Time in UTC as a field for it has it, to the minute; "" = at once. */
  startsAt: string;
  end: EndChoice | null;
  justification: string;
  ticket: string;
};

export type GiveProblem =
  | { field: "who" | "role" | "scopes" | "end"; id: "needed" }
  | { field: "startsAt"; id: "bad" | "past" }
  | { field: "scopes"; id: "bad"; scope: string }
  | { field: "scopes"; id: "tooMany"; count: number };

const SCOPE =
  /^(?:\/|\/providers\/Microsoft\.Management\/managementGroups\/[^/\\?#%]+|\/subscriptions\/[0-9a-f-]{36}(?:\/resourceGroups\/[^/\\?#%]+(?:\/providers\/[^/\\?#%]+(?:\/[^/\\?#%]+\/[^/\\?#%]+)+)?)?)$/i;

/** Scopes of the text, each once, in their order. */
export function scopesOf(text: string): string[] {
  const seen = new Map<string, string>();
  for (const line of text.split(/\s*\n\s*/)) {
    const scope = line.trim().replace(/(?<=.)\/+$/, "");
    if (scope !== "" && !seen.has(scope.toLowerCase())) seen.set(scope.toLowerCase(), scope);
  }
  return [...seen.values()];
}

/** ISO 8601 of the typed start; null = at once. "bad" when it cannot be read. */
function startOf(text: string): string | null | "bad" {
  if (text === "") return null;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return Number.isNaN(ms) ? "bad" : new Date(ms).toISOString();
}

function startProblems({ startsAt }: GiveDraft, now: Date): GiveProblem[] {
  const start = startOf(startsAt);
  if (start === "bad") return [{ field: "startsAt", id: "bad" }];
  return start !== null && Date.parse(start) <= now.getTime() ? [{ field: "startsAt", id: "past" }] : [];
}

export function giveProblems(draft: GiveDraft, now: Date): GiveProblem[] {
  const problems: GiveProblem[] = [];
  const scopes = scopesOf(draft.scopes);
  if (draft.who.length === 0) problems.push({ field: "who", id: "needed" });
  if (draft.roleId === "") problems.push({ field: "role", id: "needed" });
  const bad = scopes.find((scope) => !SCOPE.test(scope));
  const count = draft.who.length * scopes.length;
  if (scopes.length === 0) problems.push({ field: "scopes", id: "needed" });
  else if (bad !== undefined) problems.push({ field: "scopes", id: "bad", scope: bad });
  else if (count > MOST_CHANGES) problems.push({ field: "scopes", id: "tooMany", count });
  problems.push(...startProblems(draft, now));
  if (draft.end === null) problems.push({ field: "end", id: "needed" });
  return problems;
}

/** One request for each person and scope. Only for a draft without problems. */
export function giveRequests(draft: GiveDraft, newId: () => string): ManageRequest[] {
  const { of, roleId, end, justification, ticket } = draft;
  const start = startOf(draft.startsAt);
  return scopesOf(draft.scopes).flatMap((scope) =>
    draft.who.map(
      (principal): ManageRequest => ({
        kind: "schedule",
        requestName: newId(),
        of,
        requestType: "AdminAssign",
        principalId: principal.id,
        roleId,
        scope,
        targetScheduleId: null,
        startsAt: start === "bad" ? null : start,
        end: end ?? { kind: "none" },
        justification: justification.trim(),
        ticket: ticket.trim() === "" ? null : { number: ticket.trim(), system: "" },
      }),
    ),
  );
}

import type { FieldError } from "@/lib/domain/errors";
import type { FlowDraft, Lack } from "./flow-draft";

/** The part of the form in which a field of a change is chosen. */
const PARTS: Readonly<Record<string, Lack>> = { principalId: "who", roleId: "role", scope: "scope", condition: "limit" };

export type Refused = Partial<Record<Lack, string>>;

/** What the server refused of the changes that the form made, by part of the form; of ready-made changes nothing can be chosen. */
export function refusedParts(fields: readonly FieldError[], draft: FlowDraft): Refused {
  const refused: Refused = {};
  for (const { field, message } of fields) {
    const found = /^body\.changes\.(\d+)\.(\w+)$/.exec(field);
    const part = PARTS[found?.[2] ?? ""];
    if (part !== undefined && Number(found?.[1]) >= draft.fixed.length) refused[part] ??= message;
  }
  return refused;
}

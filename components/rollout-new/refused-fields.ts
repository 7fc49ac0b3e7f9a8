import type { FieldError, Problem } from "@/lib/domain/errors";
import type { RolloutPlan, Work } from "@/lib/domain/rollout/types";
import type { Step } from "./wizard-draft";

/** Names of the server's fields, and the fields of the form in which they are typed. */
const FORM_FIELDS: readonly [server: RegExp, form: string][] = [
  [/^work\.role(DefinitionId|Name)$/, "work.role"],
  [/^work\.principal(\.|$)/, "work.principal"],
  [/^work\.extensionName$/, "work.name"],
  [/^work\.(mdmId|version)$/, "work.$1"],
  [/^plan\.grant(\.role(DefinitionId|Name))?$/, "plan.grant.role"],
  [/^plan\.grant\.principal(\.|$)/, "plan.grant.principal"],
  [/^plan\.grant\.at(\.|$)/, "plan.grant.scope"],
  [/^(plan\..+)$/, "$1"],
];

function formField(field: string): string | null {
  const name = field.replace(/^body\./, "");
  for (const [server, form] of FORM_FIELDS) {
    const found = server.exec(name);
    if (found !== null) return form.replace("$1", found[1] ?? "");
  }
  return null;
}

function inForm(problem: Problem | null): FieldError[] {
  return (problem?.fields ?? []).flatMap(({ field, message }) => {
    const name = formField(field);
    return name === null ? [] : [{ field: name, message }];
  });
}

export type Sent = { work: Work; plan: RolloutPlan };

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What the server refused, by field of the form, as long as the form still says what was sent. */
export function refusedFields(
  problem: Problem | null,
  sent: Sent | null,
  now: { work: Work | null; plan: RolloutPlan },
): FieldError[] {
  if (sent === null) return [];
  const same = { work: isSame(sent.work, now.work), plan: isSame(sent.plan, now.plan) };
  return inForm(problem).filter(({ field }) => (field.startsWith("work.") ? same.work : same.plan));
}

/** The step with the first field that the server refused; null where it named none. */
export function stepToFix(problem: Problem | null): Extract<Step, "work" | "plan"> | null {
  const [first] = inForm(problem);
  if (first === undefined) return null;
  return first.field.startsWith("work.") ? "work" : "plan";
}

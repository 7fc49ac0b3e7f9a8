import type { ApprovalRow } from "@/lib/domain/elevation/api";
import { decidersFor, decidesThrough } from "@/lib/domain/elevation/approvers";
import { t } from "@/messages/t";
import type { ApproversView } from "./use-elevation";

type Named = { id: string; kind: string; name: string };
type Found = NonNullable<ReturnType<ApproversView["of"]>>;

const NAMES_SHOWN = 4;

function groupWords(group: string, { people, total, atLeast }: Found): string {
  if (total === 0) return t(atLeast ? "elevation.approvals.approverUnread" : "elevation.approvals.approverEmpty", { group });
  const first = people.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const rest = total - first.length;
  const names = rest > 0 ? `${first.join(", ")} ${t("elevation.permits.more", { count: rest })}` : first.join(", ");
  return t(atLeast ? "elevation.approvals.approverAtLeast" : "elevation.approvals.approverPeople", {
    group,
    count: total,
    names,
  });
}

function oneWords({ id, kind, name }: Named, view: ApproversView): string {
  const found = view.of(id);
  if (kind === "group" || found?.kind === "group") {
    const group = t("elevation.approvals.approverGroup", { name });
    return found === null ? group : groupWords(group, found);
  }
  const isOut = found !== null && found.people.length === 0 && !found.atLeast;
  return isOut ? t("elevation.approvals.approverGone", { name }) : name;
}

/** Everybody whom the role's settings name, groups with their people as far as they are known. */
export function approverWords(approvers: readonly Named[], view: ApproversView): string {
  if (approvers.length === 0) return t("elevation.approvals.othersNone");
  return approvers.map((one) => oneWords(one, view)).join(", ");
}

/** Null while the directory has not answered for every one of them. */
function allOf(approvers: readonly Named[], view: ApproversView): Found[] | null {
  const found = approvers.map(({ id }) => view.of(id));
  return found.every((one) => one !== null) && found.length > 0 ? found : null;
}

/** More than were sent are more than enough to say "at least". */
function count(person: string, found: readonly Found[], but: string): { count: number; atLeast: boolean } {
  const cut = found.some(({ people, total }) => total > people.length);
  const without = found.map((one) => ({ ...one, people: one.people.filter(({ id }) => id !== but) }));
  const { count: certain, atLeast } = decidersFor(person, without);
  return { count: certain, atLeast: atLeast || cut };
}

/** How many others can decide on this request, and through which group the operator does. */
export function deciderWords({ approvers, requester, canDecide }: ApprovalRow, view: ApproversView): string | null {
  const found = allOf(approvers, view);
  if (found === null || view.me === null || !canDecide.allowed) return null;
  const others = count(requester.id, found, view.me);
  const through = decidesThrough(view.me, found);
  const isNamed = through.length === 0 || through.some(({ kind }) => kind === "user");
  const groups = isNamed ? "" : t("elevation.approvals.throughGroup", { names: namesOf(through, approvers) });
  if (others.count === 0) return others.atLeast ? groups || null : `${t("elevation.approvals.onlyYou")} ${groups}`.trim();
  const words = t(others.atLeast ? "elevation.approvals.besidesYouAtLeast" : "elevation.approvals.besidesYou", {
    count: others.count,
  });
  return `${words} ${groups}`.trim();
}

function namesOf(found: readonly { id: string; name: string }[], named: readonly Named[]): string {
  return found.map(({ id, name }) => named.find((one) => one.id.toLowerCase() === id)?.name ?? name).join(", ");
}

/** Why somebody cannot decide; says so when the settings name them all the same. */
export function cannotWords(
  { approvers }: ApprovalRow,
  why: Exclude<ApprovalRow["canDecide"]["why"], "yes">,
  view: ApproversView,
): string {
  const found = approvers.flatMap(({ id }) => view.of(id) ?? []);
  const through = view.me === null ? [] : decidesThrough(view.me, found);
  if (through.length === 0 || (why !== "notMine" && why !== "stagesUnreadable")) return t(`elevation.approvals.cannot.${why}`);
  return t(`elevation.approvals.cannot.${why}Named`, { names: namesOf(through, approvers) });
}

/** Said before a request is sent that nobody could decide; null when somebody can, or may. */
export function lackOfDeciders(approvers: readonly Named[], view: ApproversView): string | null {
  const found = allOf(approvers, view);
  if (found === null || view.me === null) return null;
  const { count: others, atLeast } = count(view.me, found, view.me);
  if (others > 0 || atLeast) return null;
  return t(decidesThrough(view.me, found).length > 0 ? "elevation.policy.onlyMyself" : "elevation.policy.nobodyBehind");
}

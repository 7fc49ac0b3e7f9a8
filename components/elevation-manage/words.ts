import { formatDateTime } from "@/lib/client/format";
import type { ManageNames, ManageProblem } from "@/lib/domain/elevation/manage/api";
import type { MailValue } from "@/lib/domain/elevation/manage/mail-fields";
import type { FieldDifference, FieldValue } from "@/lib/domain/elevation/manage/policy-settings";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";

/** A scope by its name; the root has none of its own. */
export function scopeName({ id, name }: { id: string; name: string }): string {
  return id === "/" ? t("accessFleet.path.tenantRoot") : name;
}

/** Minutes in the largest whole unit: 8 hours, 90 minutes, 365 days. */
export function lengthWords(minutes: number): string {
  if (minutes >= 1_440 && minutes % 1_440 === 0) return t("elevationManage.length.days", { count: minutes / 1_440 });
  if (minutes % 60 === 0) return t("elevationManage.length.hours", { count: minutes / 60 });
  return t("elevationManage.length.minutes", { count: minutes });
}

function mailWords(mail: MailValue): string {
  if (mail === null) return t("elevationManage.value.noRule");
  if (mail.level === "None") return t("elevationManage.mail.none");
  const who = [...(mail.defaults ? [t("elevationManage.mail.defaults")] : []), ...mail.others].join(", ");
  const values = { who: who === "" ? t("elevationManage.mail.nobody") : who };
  if (mail.level === "All") return t("elevationManage.mail.all", values);
  if (mail.level === "Critical") return t("elevationManage.mail.critical", values);
  return t("elevationManage.mail.other", { ...values, level: mail.level === "" ? t("common.unknown") : mail.level });
}

function valueWords(value: FieldValue): string {
  switch (value.kind) {
    case "minutes":
      return value.minutes === null ? t("elevationManage.value.noRule") : lengthWords(value.minutes);
    case "flag":
      return t(value.on ? "elevationManage.value.on" : "elevationManage.value.off");
    case "text":
      return value.text ?? t("elevationManage.value.none");
    case "mail":
      return mailWords(value.mail);
    case "people":
      return value.people.map(({ name, id }) => name || id).join(", ") || t("elevationManage.value.none");
  }
}

/** A change of one rule in words. `drift`: how a policy differs from the baseline, which comes first in the difference. */
export function differenceWords({ field, before, after }: FieldDifference, drift = false): string {
  const values = { field: t(`elevationManage.field.${field}`), before: valueWords(before), after: valueWords(after) };
  return t(drift ? "elevationManage.driftDifference" : "elevationManage.difference", values);
}

/** What one request does, with the names that were known when it was previewed. */
export function requestWords(request: ManageRequest, names: ManageNames): string {
  const values = { who: names.principal ?? t("elevationManage.unknownWho"), role: names.role, scope: names.scope };
  if (request.kind === "policy") return t("elevationManage.request.policy", { role: names.role, scope: names.scope });
  if (request.kind === "schedule") {
    const what = t(`elevationManage.request.${request.requestType}.${request.of}`, values);
    const { startsAt } = request;
    return startsAt === null ? what : t("elevationManage.request.from", { what, time: formatDateTime(startsAt) });
  }
  return t(`elevationManage.request.${request.kind}`, values);
}

const text = (values: Record<string, string | number>, name: string): string => String(values[name] ?? "");
const count = (values: Record<string, string | number>, name: string): number => Number(values[name] ?? 0);

/** Why a change is not sent, or what to look at before. */
export function problemWords({ id, values }: Pick<ManageProblem, "id" | "values">): string {
  switch (id) {
    case "mfaAndContext":
      return t("elevationManage.problem.mfaAndContext", { context: text(values, "context") });
    case "maxOutOfRange":
      return t("elevationManage.problem.maxOutOfRange", { minutes: count(values, "minutes") });
    case "lockOut":
      return count(values, "deciders") === 0
        ? t("elevationManage.problem.lockOutNobody", { standing: count(values, "standing") })
        : t("elevationManage.problem.lockOut", { names: text(values, "names"), standing: count(values, "standing") });
    case "onlyApproverIsRequester":
    case "approversEmpty":
    case "eligibleUnreadable":
    case "approversUnreadable":
    case "maxBelowRunning":
      return t(`elevationManage.problem.${id}`, { names: text(values, "names") });
    case "tooLong":
      return t("elevationManage.problem.tooLong", { length: lengthWords(count(values, "minutes")) });
    case "endRequired":
      return values.minutes === undefined
        ? t("elevationManage.problem.endRequired")
        : t("elevationManage.problem.endRequiredMax", { length: lengthWords(count(values, "minutes")) });
    case "noRight":
      return t("elevationManage.problem.noRight", { actions: text(values, "actions") });
    default:
      return t(`elevationManage.problem.${id}`);
  }
}

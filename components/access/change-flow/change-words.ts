import type { PreviewedChange } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { principalName } from "../principal-chip";

/** A previewed change in one sentence with names. */
export function changeWords(change: PreviewedChange): string {
  const role = change.role?.name ?? t("access.change.preview.unknownRole");
  if (change.request.kind === "defineRole") return t("access.change.preview.defineRole", { role: change.request.roleName });
  const who = change.principal === null ? t("access.change.preview.unknownWho") : principalName(change.principal);
  const scope = scopeWords(change.scope);
  return t(change.request.kind === "assign" ? "access.change.preview.assign" : "access.change.preview.remove", {
    role,
    who,
    scope,
  });
}

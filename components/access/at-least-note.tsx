import { TriangleAlert } from "lucide-react";
import type { AtLeastReason } from "@/lib/domain/access/types";
import { t } from "@/messages/t";

const SHOWN = 8;

/** Why the people shown are only "at least these". Nothing when everything could be read. */
export function AtLeastNote({ reasons }: { reasons: readonly AtLeastReason[] }) {
  if (reasons.length === 0) return null;
  return (
    <div role="note" className="rounded-lg border border-warn/40 bg-warn-soft/50 px-4 py-3 text-[0.8125rem]">
      <p className="flex items-center gap-2 font-semibold text-warn">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        {t("access.atLeast.title")}
      </p>
      <p className="mt-0.5">{t("access.atLeast.text")}</p>
      <ul className="mt-1.5 list-disc pl-5 text-muted">
        {reasons.slice(0, SHOWN).map((item) => (
          <li key={`${item.source}:${item.at ?? ""}:${item.label}`} className="break-words">
            {t("access.atLeast.reason", {
              source: t(`access.atLeast.sources.${item.source}`),
              label: item.label,
              reason: item.reason === "unknownRole" ? t("access.atLeast.unknownRole") : item.reason,
            })}
          </li>
        ))}
      </ul>
      {reasons.length > SHOWN ? (
        <p className="mt-1 text-muted">{t("access.atLeast.more", { count: reasons.length - SHOWN })}</p>
      ) : null}
    </div>
  );
}

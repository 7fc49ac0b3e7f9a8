import { CircleAlert } from "lucide-react";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { formatClock } from "@/lib/client/format";
import type { ElevationRefusal, FormProblem } from "@/lib/domain/elevation/write-api";
import { t, tDynamic } from "@/messages/t";

const ISO = /^\d{4}-\d{2}-\d{2}T/;

/** Times in a sentence are said as times of the day. */
function spoken(values: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" && ISO.test(value) ? formatClock(value) : value,
    ]),
  );
}

/** What is wrong with a field, in words. */
export function formProblemWords({ id, values }: Pick<FormProblem, "id" | "values">): string {
  return tDynamic(`elevationRefusals.form.${id}`, spoken(values));
}

export function refusalTitle({ id, values }: Pick<ElevationRefusal, "id" | "values">): string {
  return tDynamic(`elevationRefusals.refusal.${id}.title`, spoken(values));
}

export type RefusalNoteProps = { refusal: ElevationRefusal; live?: boolean; quiet?: boolean; extra?: string };

/** Why something was not done: in plain words first, then what to do, then Azure's own words and ids. */
export function RefusalNote({ refusal, live = false, quiet = false, extra }: RefusalNoteProps) {
  const { id, azure } = refusal;
  const values = spoken(refusal.values);
  const meaning = tDynamic(`elevationRefusals.refusal.${id}.meaning`, values);
  const next = tDynamic(`elevationRefusals.refusal.${id}.next`, values);
  const ids = [azure?.code, azure?.status === null ? undefined : azure?.status, azure?.requestId].filter(
    (part) => part !== undefined && part !== null && part !== "",
  );
  return (
    <div
      {...(live ? { role: "alert" } : {})}
      className={cn(
        "flex gap-2.5 rounded-md border px-3 py-2.5 text-[0.8125rem]",
        quiet ? "border-warn/40 bg-warn-soft/50" : "border-bad/35 bg-bad-soft/40",
      )}
    >
      <CircleAlert aria-hidden className={cn("mt-0.5 size-4 shrink-0", quiet ? "text-warn" : "text-bad")} />
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-1">
        <p className={cn("font-semibold", quiet ? "text-warn" : "text-bad")}>{refusalTitle(refusal)}</p>
        <p className="break-words">{meaning}</p>
        <p className="break-words">
          <span className="font-medium">{t("common.problem.nextStep")}: </span>
          {next} {extra}
        </p>
        {azure === null ? null : (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
            <span className="min-w-0 break-words">
              <span className="font-medium text-foreground">{t("elevationRefusals.azureSays")}: </span>
              {azure.message}
            </span>
            {ids.length === 0 ? null : <span className="break-all font-mono">{ids.join(" · ")}</span>}
            <CopyButton text={[azure.message, ...ids].join("\n")} label={t("common.problem.copyDetails")} />
          </div>
        )}
      </div>
    </div>
  );
}

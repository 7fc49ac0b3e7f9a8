import { CircleAlert } from "lucide-react";
import { t } from "@/messages/t";
import type { StaleDiff } from "./stale-diff";

const SHOWN = 10;

const verdictWords = (verdict: StaleDiff["moved"][number]["before"]) => t(`rolloutWizard.preflight.verdict.${verdict}`);

function names(machines: readonly string[]): string {
  const rest = machines.length - SHOWN;
  const shown = machines.slice(0, SHOWN).join(", ");
  return rest > 0 ? `${shown} ${t("rolloutWizard.review.stale.more", { count: rest })}` : shown;
}

function Differences({ diff }: { diff: StaleDiff }) {
  const { counts, gone, added, moved } = diff;
  const same = counts.length + gone.length + added.length + moved.length === 0;
  return (
    <ul className="mt-1 list-disc pl-8">
      {same ? <li>{t("rolloutWizard.review.stale.same")}</li> : null}
      {counts.map(({ verdict, before, after }) => (
        <li key={verdict}>{t("rolloutWizard.review.stale.counts", { verdict: verdictWords(verdict), before, after })}</li>
      ))}
      {gone.length === 0 ? null : (
        <li>
          {t("rolloutWizard.review.stale.gone", { count: gone.length })}: {names(gone)}
        </li>
      )}
      {added.length === 0 ? null : (
        <li>
          {t("rolloutWizard.review.stale.added", { count: added.length })}: {names(added)}
        </li>
      )}
      {moved.slice(0, SHOWN).map(({ name, before, after }) => (
        <li key={name}>
          {t("rolloutWizard.review.stale.moved", { name, before: verdictWords(before), after: verdictWords(after) })}
        </li>
      ))}
      {moved.length > SHOWN ? <li>{t("rolloutWizard.review.stale.more", { count: moved.length - SHOWN })}</li> : null}
    </ul>
  );
}

/** Azure is another than when the operator looked: nothing was started, and this is what differs, as far as it can be told. */
export function StaleNote({ diff }: { diff: StaleDiff | "unknown" }) {
  return (
    <div role="alert" className="rounded-md border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]">
      <p className="flex items-start gap-2 font-semibold text-bad">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {t("rolloutWizard.review.stale.title")}
      </p>
      <p className="mt-1">{t("rolloutWizard.review.stale.about")}</p>
      {diff === "unknown" ? <p className="mt-1">{t("rolloutWizard.review.stale.unknown")}</p> : <Differences diff={diff} />}
    </div>
  );
}

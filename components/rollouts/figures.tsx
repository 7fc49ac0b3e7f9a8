import { TONE_TEXT } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import { formatNumber } from "@/lib/client/format";
import { groupCount, TASK_GROUPS } from "@/lib/client/rollout-counts";
import { useNow } from "@/lib/client/use-now";
import { pages } from "@/lib/config/routes";
import type { RolloutView } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { etaWords, GROUP_TONE, groupWords } from "./rollout-words";

const rate = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const BOX = "min-w-0 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-card";

function Pace({ rollout }: { rollout: RolloutView }) {
  const { perSecond, floorPerSecond } = rollout.rate;
  const eta = etaWords(rollout.eta, useNow());
  const isGoing = perSecond !== null && perSecond > 0;
  return (
    <dl className="grid grid-cols-2 gap-3">
      <div className={BOX}>
        <dt className="truncate text-muted text-xs">{t("rolloutLive.figures.rate")}</dt>
        <dd>
          <span className="block font-semibold text-base tabular-nums leading-7">
            {isGoing ? t("rolloutLive.figures.rateValue", { rate: rate.format(perSecond) }) : t("rolloutLive.figures.rateNone")}
          </span>
          <span className="block text-muted text-xs">
            {t("rolloutLive.figures.rateFloor", { floor: rate.format(floorPerSecond) })}
          </span>
        </dd>
      </div>
      <div className={BOX}>
        <dt className="truncate text-muted text-xs">{t("rolloutLive.figures.eta")}</dt>
        <dd>
          <span className="block font-semibold text-base tabular-nums leading-7">{eta.value}</span>
          {eta.note === null ? null : <span className="block text-muted text-xs">{eta.note}</span>}
        </dd>
      </div>
    </dl>
  );
}

/** What came of the machines, in figures that filter the list below, and how fast it goes. */
export function Figures({ rollout }: { rollout: RolloutView }) {
  const isOver = rollout.eta.reason === "ended";
  return (
    <section
      aria-label={t("rolloutLive.figures.label")}
      className={cn("grid grid-cols-1 gap-3", !isOver && "xl:grid-cols-[minmax(0,1fr)_26rem]")}
    >
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
        {TASK_GROUPS.map((group) => {
          const count = groupCount(rollout.counts, group);
          return (
            <li key={group}>
              <Link
                href={`${pages.rollout(rollout.id)}?state=${group}#machines`}
                title={t("rolloutLive.figures.showOnly")}
                className={cn(BOX, "flex h-full flex-col justify-between hover:bg-sunken")}
              >
                <span className="block text-muted text-xs">{groupWords(rollout.kind, group)}</span>
                <span
                  className={cn(
                    "block font-semibold text-xl tabular-nums",
                    count === 0 ? "text-muted" : TONE_TEXT[GROUP_TONE[group]],
                    count > 0 && GROUP_TONE[group] === "quiet" && "text-foreground",
                  )}
                >
                  {formatNumber(count)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {isOver ? null : <Pace rollout={rollout} />}
    </section>
  );
}

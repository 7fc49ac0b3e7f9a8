"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import { isRolloutOver, needOf } from "@/lib/client/rollout-counts";
import { useRolloutList } from "@/lib/client/use-rollout-list";
import { pages } from "@/lib/config/routes";
import { t, tDynamic } from "@/messages/t";

const SHOWN = 5;

/** Roll-outs that do not go on before a person does something. */
export function RolloutsCard() {
  const query = useRolloutList();
  const rollouts = query.data?.rollouts ?? [];
  const needy = rollouts.flatMap((rollout) => {
    const need = needOf(rollout);
    return need === null ? [] : [{ rollout, need }];
  });
  const others = rollouts.filter((rollout) => !isRolloutOver(rollout.state) && needOf(rollout) === null).length;
  return (
    <Card aria-labelledby="rollouts-card">
      <CardHeader id="rollouts-card" title={t("rolloutLive.overview.title")} />
      {query.error === null ? null : <ProblemPanel problem={toClientProblem(query.error)} className="m-3" />}
      {query.data === undefined && query.error !== null ? null : needy.length === 0 ? (
        <p className="px-4 py-3 text-muted">{query.isPending ? t("common.loading") : t("rolloutLive.overview.none")}</p>
      ) : (
        <ul>
          {needy.slice(0, SHOWN).map(({ rollout, need }) => (
            <li key={rollout.id} className="border-line border-b last:border-b-0">
              <Link
                href={pages.rollout(rollout.id)}
                className="block px-4 py-2.5 hover:bg-sunken focus-visible:outline-offset-[-2px]"
              >
                <span className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
                  <span className="min-w-0 truncate font-medium">{rollout.name}</span>
                  <Badge tone={need === "held" ? "bad" : "warn"}>{t(`rolloutLive.need.${need}`)}</Badge>
                </span>
                {rollout.stateReason === null ? null : (
                  <span className="mt-0.5 line-clamp-2 text-muted text-xs">{tDynamic(rollout.stateReason)}</span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className="flex flex-wrap justify-between gap-2 px-4 py-2.5 text-xs">
        <span className="text-muted">{others === 0 ? "" : t("rolloutLive.overview.running", { count: others })}</span>
        <Link href={`${pages.rollouts()}${needy.length > SHOWN ? "?show=needs" : ""}`} className="text-link hover:underline">
          {t("rolloutLive.overview.open")}
        </Link>
      </p>
    </Card>
  );
}

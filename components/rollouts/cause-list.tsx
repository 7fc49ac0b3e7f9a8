import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { causeWords } from "@/lib/client/rollout-words";
import { pages } from "@/lib/config/routes";
import type { CauseGroup, RolloutView } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { causePlan, excludePlan } from "./action-plan";
import { ActionButton, type Ask } from "./rollout-controls";
import { meaningWords } from "./rollout-words";

/** What Azure itself said of one of the machines, word for word, with the ids for a support case. */
function AzureWords({ example }: { example: CauseGroup["example"] }) {
  if (example === null || example.said === null) return null;
  const { azure, machineName, said } = example;
  const ids = [azure?.code, azure?.status, azure?.requestId].filter((part) => part !== null && part !== undefined).join(" · ");
  return (
    <blockquote className="border-line-strong border-l-2 pl-3 text-muted">
      <span className="font-medium text-foreground">{t("rolloutLive.cause.azure", { machine: machineName })}: </span>
      <span className="wrap-anywhere">{said}</span>
      {ids === "" ? null : <span className="wrap-anywhere mt-0.5 block font-mono text-xs">{ids}</span>}
    </blockquote>
  );
}

function Groups({ rollout, cause, ask }: { rollout: RolloutView; cause: CauseGroup; ask: Ask | null }) {
  const groups = cause.groups ?? [];
  if (groups.length === 0) return null;
  return (
    <div>
      <h4 className="font-medium">{t("rolloutLive.cause.where")}</h4>
      <ul className="mt-1 grid gap-1.5">
        {groups.map((group) => (
          <li key={`${group.subscriptionId}/${group.resourceGroup}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="wrap-anywhere min-w-0">
              {t("rolloutLive.cause.group", { group: group.resourceGroup, count: group.count })}
              {group.queued === 0 ? null : (
                <span className="text-muted"> · {t("rolloutLive.cause.groupQueued", { count: group.queued })}</span>
              )}
            </span>
            {ask === null || group.queued === 0 ? null : (
              <ActionButton rollout={rollout} action="exclude" size="sm" onPress={() => ask(excludePlan(group))}>
                {t("rolloutLive.action.exclude", { group: group.resourceGroup })}
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function causeTitle(cause: CauseGroup): string {
  const name = causeWords(cause.cause);
  return cause.code === "" || cause.code === cause.cause ? name : `${name} · ${cause.code}`;
}

/** `ask` is null on paper: then it only tells. */
function CauseItem({ rollout, cause, ask }: { rollout: RolloutView; cause: CauseGroup; ask: Ask | null }) {
  const query = new URLSearchParams({ cause: cause.cause, code: cause.code }).toString();
  return (
    <li className="grid grid-cols-1 gap-2.5 border-line border-b px-4 py-3 text-[0.8125rem] last:border-b-0 print:break-inside-avoid">
      <div className="grid gap-1">
        <h3 className="wrap-anywhere font-semibold">{meaningWords(cause)}</h3>
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={cause.state === "failed" ? "bad" : "warn"}>
            {t(`rolloutLive.cause.${cause.state}`, { count: cause.count })}
          </Badge>
          <span className="wrap-anywhere text-muted text-xs">{causeTitle(cause)}</span>
        </p>
      </div>
      <div className="grid gap-3 lg:grid-cols-2">
        {cause.fixes.length === 0 ? null : (
          <div>
            <h4 className="font-medium">{t("rolloutLive.cause.fixes")}</h4>
            <ol className="mt-1 list-decimal pl-5">
              {cause.fixes.map((fix) => (
                <li key={fix}>{tDynamic(fix, { code: cause.code })}</li>
              ))}
            </ol>
          </div>
        )}
        <Groups rollout={rollout} cause={cause} ask={ask} />
      </div>
      <AzureWords example={cause.example} />
      {ask === null ? null : (
        <div className="flex flex-wrap items-center gap-2">
          <ActionButton rollout={rollout} action="retry" size="sm" onPress={() => ask(causePlan("retry", cause))}>
            {t("rolloutLive.action.retry", { count: cause.count })}
          </ActionButton>
          {cause.state === "notReady" ? (
            <ActionButton rollout={rollout} action="recheck" size="sm" onPress={() => ask(causePlan("recheck", cause))}>
              {t("rolloutLive.action.recheck", { count: cause.count })}
            </ActionButton>
          ) : null}
          <Link href={`${pages.rollout(rollout.id)}?${query}#machines`} className={buttonClass({ size: "sm" })}>
            {t("rolloutLive.cause.show")}
          </Link>
          {cause.retryable ? null : <span className="text-muted text-xs">{t("rolloutLive.cause.notRetryable")}</span>}
        </div>
      )}
    </li>
  );
}

/** Failures and machines that cannot sign in, the same ones together: what it means, what to do, and what can be done from here. */
export function CauseList({ rollout, ask }: { rollout: RolloutView; ask: Ask | null }) {
  return (
    <Card aria-labelledby="causes-title" className="print:border-0 print:shadow-none">
      <CardHeader id="causes-title" title={t("rolloutLive.cause.title")} />
      {rollout.causes.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">
          {t(rollout.endedAt === null ? "rolloutLive.cause.none" : "rolloutLive.cause.noneEnded")}
        </p>
      ) : (
        <ul aria-labelledby="causes-title">
          {rollout.causes.map((cause) => (
            <CauseItem key={`${cause.cause}/${cause.code}/${cause.state}`} rollout={rollout} cause={cause} ask={ask} />
          ))}
        </ul>
      )}
    </Card>
  );
}

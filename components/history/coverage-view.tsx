"use client";

import { CircleCheck, TriangleAlert } from "lucide-react";
import { Card, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { Table, Td, Th } from "@/components/ui/table";
import { formatDateTime } from "@/lib/client/format";
import type { HistoryCoverage, SourceState } from "@/lib/domain/elevation/history/api";
import { HISTORY_SOURCES } from "@/lib/domain/elevation/history/types";
import { t } from "@/messages/t";

const NAMES = new Intl.ListFormat("en");

function IdentityLine({ identity }: Pick<HistoryCoverage, "identity">) {
  if (identity === null) return null;
  const { kind, problem, nextStep } = identity;
  if (problem === null) return <p className="text-muted text-xs">{t(`history.coverage.identity.${kind}`)}</p>;
  return (
    <p className="wrap-anywhere text-warn">
      {t(`history.coverage.identityFailed.${kind}`, { problem, next: nextStep ?? "" }).trim()}
    </p>
  );
}

/** How far the copy can be trusted and whether it goes on, in one or two lines. */
export function CoverageLine({ coverage }: { coverage: HistoryCoverage }) {
  const { from, to, gaps, readers, identity } = coverage;
  const isWhole = from !== null && to !== null;
  const Icon = isWhole && gaps.length === 0 ? CircleCheck : TriangleAlert;
  return (
    <div className="grid gap-0.5 text-[0.8125rem]">
      <p className={cn("flex items-center gap-1.5 font-medium", isWhole && gaps.length === 0 ? "text-ok" : "text-warn")}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {isWhole
          ? t("history.coverage.whole", { from: formatDateTime(from), to: formatDateTime(to) })
          : t("history.coverage.none")}
      </p>
      {gaps.map((gap) => (
        <p key={gap.from} className="text-warn">
          {t("history.coverage.gap", { from: formatDateTime(gap.from), to: formatDateTime(gap.to) })}
        </p>
      ))}
      <IdentityLine identity={identity} />
      <p className="text-muted text-xs">
        {readers.length === 0
          ? t("history.coverage.waiting")
          : t("history.coverage.readers", { names: NAMES.format([...new Set(readers)]) })}
      </p>
    </div>
  );
}

/** Whether the logs above the subscriptions are read, and what it means when they are not. */
function AboveLine({ above }: Pick<HistoryCoverage, "above">) {
  const { places, unreadPlaces: count, unread, from } = above;
  if (places === 0) return null;
  const names = NAMES.format(unread.map((name) => (name === "" ? t("history.coverage.root") : name)));
  return (
    <div className="grid gap-0.5 text-xs">
      {from === null ? null : <p className="text-muted">{t("history.coverage.aboveRead", { from: formatDateTime(from) })}</p>}
      {count === 0 ? null : (
        <p className="text-warn">
          {unread.length === 0
            ? t("history.coverage.aboveUnreadHidden", { count })
            : t("history.coverage.aboveUnread", { count, names })}{" "}
          {t("history.coverage.aboveMeans")}
        </p>
      )}
    </div>
  );
}

function Row({ state }: { state: SourceState }) {
  const last = state.windows.at(-1);
  const nameless =
    state.scope === "tenant" ? t("history.coverage.tenant") : state.scope === "/" ? t("history.coverage.root") : null;
  const place = state.name !== "" ? state.name : (nameless ?? state.scope);
  const known = HISTORY_SOURCES.find((one) => one === state.source);
  return (
    <tr>
      <Td className="min-w-32">{place}</Td>
      <Td>{known === undefined ? state.source : t(`history.source.${known}`)}</Td>
      <Td className={cn("min-w-56", last === undefined && "text-warn")}>
        {last === undefined
          ? t("history.coverage.never")
          : t("history.coverage.since", { from: formatDateTime(last.from), to: formatDateTime(last.to) })}
        {state.gaps.length === 0 ? null : (
          <span className="block text-warn text-xs">{t("history.coverage.gaps", { count: state.gaps.length })}</span>
        )}
      </Td>
      <Td className="min-w-80">
        {state.problem === null ? (
          state.readAt === null ? (
            t("history.coverage.never")
          ) : (
            t("history.coverage.readBy", { time: formatDateTime(state.readAt), name: state.readBy ?? t("common.unknown") })
          )
        ) : (
          <span className="wrap-anywhere text-bad">{state.problem}</span>
        )}
      </Td>
    </tr>
  );
}

/** What is read of each place and source, with whose rights, and what is missing. */
export function CoverageView({ coverage }: { coverage: HistoryCoverage }) {
  return (
    <Card aria-labelledby="history-coverage">
      <CardHeader
        id="history-coverage"
        title={t("history.tabs.coverage")}
        description={t(coverage.identity === null ? "history.coverage.about" : "history.coverage.aboutIdentity")}
      />
      <div className="border-line border-b px-4 py-3">
        <CoverageLine coverage={coverage} />
        <AboveLine above={coverage.above} />
      </div>
      {coverage.placesHidden ? (
        <p className="px-4 py-3 text-muted">{t("history.coverage.placesHidden")}</p>
      ) : coverage.sources.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t("history.emptyWhy")}</p>
      ) : (
        <Table caption={t("history.coverage.caption")}>
          <thead>
            <tr>
              {(["place", "source", "complete", "state"] as const).map((name) => (
                <Th key={name}>{t(`history.coverage.${name}`)}</Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {coverage.sources.map((state) => (
              <Row key={`${state.source}:${state.scope}`} state={state} />
            ))}
          </tbody>
        </Table>
      )}
      <p className="px-4 py-2.5 text-muted text-xs">{t("history.coverage.groupsNote")}</p>
    </Card>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { NoneNote } from "@/components/ui/none-note";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RetryButton } from "@/components/ui/retry-button";
import { TimeText } from "@/components/ui/time-text";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { useSession } from "@/lib/client/session";
import { useNow } from "@/lib/client/use-now";
import { api, pages } from "@/lib/config/routes";
import type { OperationView } from "@/lib/domain/api";
import { t } from "@/messages/t";

const ASK_EVERY_MS = 10_000;

type RunningOperationsAnswer = { operations: OperationView[]; asOf: string };

export function RunningOperations() {
  const { account } = useSession();
  const now = useNow();
  const query = useQuery({
    queryKey: ["operations", "running", account?.objectId ?? "", account?.tenantId ?? ""],
    queryFn: ({ signal }) => apiFetch<RunningOperationsAnswer>(`${api.operations()}?running=1`, { signal, background: true }),
    enabled: account !== null,
    refetchInterval: ASK_EVERY_MS,
  });
  const operations = query.data?.operations ?? [];
  const isUnread = query.data === undefined && query.error !== null;
  return (
    <Card aria-labelledby="running-operations">
      <CardHeader id="running-operations" title={t("overview.operations.title")} />
      {query.error === null ? null : (
        <ProblemPanel
          problem={{ ...toClientProblem(query.error), title: t("overview.operations.failed") }}
          className="m-3"
          actions={<RetryButton onRetry={query.refetch} />}
        />
      )}
      {isUnread ? null : operations.length === 0 ? (
        <>
          <p className="px-4 py-3 text-muted">{query.data === undefined ? t("common.loading") : t("overview.operations.none")}</p>
          {query.data === undefined ? null : <NoneNote asOf={query.data.asOf} className="px-4 pb-3 text-muted text-xs" />}
        </>
      ) : (
        <ul>
          {operations.map((operation) => (
            <li key={operation.id} className="border-line border-b last:border-b-0">
              <Link
                href={pages.operation(operation.id)}
                className="block px-4 py-2.5 hover:bg-sunken focus-visible:outline-offset-[-2px]"
              >
                <span className="flex items-center justify-between gap-3">
                  <span className="truncate font-medium">{operation.machineName}</span>
                  <Badge tone={operation.state === "unknown" ? "warn" : "info"}>
                    {t(`overview.operations.state.${operation.state}`)}
                  </Badge>
                </span>
                <span className="mt-0.5 block truncate text-muted text-xs">
                  {t(`overview.operations.kind.${operation.kind}`)} · <TimeText value={operation.startedAt} now={now} />
                  {operation.waitingFor === null
                    ? null
                    : ` · ${t("overview.operations.waiting", { what: operation.waitingFor })}`}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

"use client";

import { useMemo } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Table, Td, Th } from "@/components/ui/table";
import { certificateStateWords, certificateTone, daysWords } from "@/lib/client/fleet-cells";
import { EMPTY_QUERY } from "@/lib/client/fleet-store";
import type { FleetQuery, FleetRow } from "@/lib/client/fleet-types";
import { formatDate, formatDateTime, formatRelative, minutesToMs } from "@/lib/client/format";
import { useFleetView } from "@/lib/client/use-fleet-view";
import { pages } from "@/lib/config/routes";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { recoveryStep } from "./recovery-step";

const STATES = ["expired", "critical", "renewal-stuck", "at-risk"] as const;
const SHOWN = 25;

function QueueRow({ row, nowMs }: { row: FleetRow; nowMs: number }) {
  const ref = parseMachineId(row.id);
  const end = minutesToMs(row.certificateEnd);
  const changed = minutesToMs(row.lastStatusChange);
  return (
    <tr className="hover:bg-sunken">
      <Td className="whitespace-nowrap">
        {ref === null ? (
          row.name
        ) : (
          <Link href={pages.machine(ref)} prefetch={false} className="font-medium text-link hover:underline">
            {row.name}
          </Link>
        )}
      </Td>
      <Td>
        <Badge tone={certificateTone(row.certificateState)}>{certificateStateWords(row.certificateState)}</Badge>
      </Td>
      <Td className="whitespace-nowrap tabular-nums">
        {end === null ? t("common.unknown") : formatDate(end)}
        <span className="ml-2 text-muted text-xs">{daysWords(row, nowMs)}</span>
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {changed === null ? t("common.unknown") : <span title={formatDateTime(changed)}>{formatRelative(changed, nowMs)}</span>}
      </Td>
      <Td className="min-w-72 text-[0.8125rem]">{recoveryStep(row)}</Td>
    </tr>
  );
}

/** Who needs a hand first: the expired, then those whose certificate ends next. */
export function RecoveryQueue({ nowMs }: { nowMs: number }) {
  const query = useMemo<FleetQuery>(
    () => ({ ...EMPTY_QUERY, filters: { certificate: STATES }, sort: [{ column: "certificate", descending: false }], nowMs }),
    [nowMs],
  );
  const { view, rowAt } = useFleetView(query);
  const rows = Array.from({ length: Math.min(SHOWN, view?.shown ?? 0) }, (_, index) => rowAt(index)).filter(
    (row) => row !== undefined,
  );
  return (
    <Card aria-labelledby="recovery">
      <CardHeader
        id="recovery"
        title={t("certificates.queue.title")}
        description={t("certificates.queue.note")}
        actions={
          view === null || view.shown === 0 ? undefined : (
            <Link
              href={`${pages.machines()}?certificate=${STATES.join(",")}&sort=certificate`}
              className="font-medium text-link text-xs hover:underline"
            >
              {t("certificates.queue.more", { count: view.shown })}
            </Link>
          )
        }
      />
      {rows.length === 0 ? (
        <p className="px-4 py-4 text-muted">{view === null ? t("common.loading") : t("certificates.queue.none")}</p>
      ) : (
        <Table caption={t("certificates.queue.title")}>
          <thead>
            <tr>
              <Th>{t("certificates.queue.machine")}</Th>
              <Th>{t("certificates.queue.state")}</Th>
              <Th>{t("certificates.queue.end")}</Th>
              <Th>{t("certificates.queue.contact")}</Th>
              <Th>{t("certificates.queue.step")}</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <QueueRow key={row.id} row={row} nowMs={nowMs} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

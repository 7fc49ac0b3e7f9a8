"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { TimeText } from "@/components/ui/time-text";
import type { MachineDetail } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { UnknownNote } from "./known-note";

function toneOf(status: string): "ok" | "bad" | "info" | "quiet" {
  const word = status.toLowerCase();
  if (word === "succeeded" || word === "done") return "ok";
  if (word === "failed" || word === "refused") return "bad";
  return word === "started" || word === "accepted" || word === "intent" ? "info" : "quiet";
}

/** What has been done to the machine, by Azure's activity log and by the portal's audit. */
export function ActivityCard({ detail, nowMs }: { detail: MachineDetail; nowMs: number }) {
  const { activity } = detail;
  return (
    <Card id="activity" aria-labelledby="activity-title" className="scroll-mt-24">
      <CardHeader id="activity-title" title={t("machine.activity.title")} description={t("machine.activity.about")} />
      {!activity.known ? (
        <CardBody>
          <UnknownNote part={activity} />
        </CardBody>
      ) : activity.value.length === 0 ? (
        <CardBody className="text-[0.8125rem] text-muted">{t("machine.activity.none")}</CardBody>
      ) : (
        <Table caption={t("machine.activity.list", { name: detail.machine.name })}>
          <thead>
            <tr>
              <Th>{t("machine.activity.time")}</Th>
              <Th>{t("machine.activity.operation")}</Th>
              <Th>{t("machine.activity.status")}</Th>
              <Th>{t("machine.activity.caller")}</Th>
              <Th>{t("machine.activity.source")}</Th>
            </tr>
          </thead>
          <tbody>
            {activity.value.map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries carry no id of their own and never change places.
              <tr key={`${entry.at}-${entry.operation}-${index}`}>
                <Td className="whitespace-nowrap">
                  <TimeText value={entry.at} now={nowMs} absolute />
                </Td>
                <Td className="break-all font-mono text-xs">{entry.operation}</Td>
                <Td>
                  <Badge tone={toneOf(entry.status)}>{entry.status}</Badge>
                </Td>
                <Td className="break-all">{entry.caller ?? t("machine.known.unknown")}</Td>
                <Td className="whitespace-nowrap">{t(`machine.activity.sources.${entry.source}`)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

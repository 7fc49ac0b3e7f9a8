"use client";

import { ServerOff } from "lucide-react";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { formatDateTime } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { LastKnownMachine } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { Fact, Facts } from "./facts";

export type MachineUnavailableProps = { problem: Problem; lastKnown: LastKnownMachine | null; name: string; onRetry: () => void };

function words(problem: Problem, name: string): string {
  if (problem.code === "not_found") return t("machine.unavailable.notFound", { name });
  return problem.code === "forbidden" ? t("machine.unavailable.forbidden", { name }) : t("machine.unavailable.failed", { name });
}

/** A machine that cannot be read: why, what is known from earlier, and the ways on. */
export function MachineUnavailable({ problem, lastKnown, name, onRetry }: MachineUnavailableProps) {
  return (
    <div className="grid grid-cols-1 gap-4">
      <h1 className="break-words font-semibold text-xl tracking-tight">{name}</h1>
      <EmptyState
        icon={ServerOff}
        title={words(problem, name)}
        className="py-8"
        actions={
          <>
            <Button onClick={onRetry}>{t("common.retry")}</Button>
            <Link href={pages.machines()} className={buttonClass({ variant: "secondary" })}>
              {t("machine.unavailable.back")}
            </Link>
          </>
        }
      />
      <ProblemPanel problem={problem} />
      {lastKnown === null ? (
        <p className="text-[0.8125rem] text-muted">{t("machine.unavailable.nothingKnown")}</p>
      ) : (
        <Card>
          <CardHeader title={t("machine.unavailable.lastKnown", { time: formatDateTime(lastKnown.at) })} />
          <CardBody>
            <Facts>
              {Object.entries(lastKnown.facts).map(([label, value]) => (
                <Fact key={label} label={label}>
                  {value}
                </Fact>
              ))}
            </Facts>
          </CardBody>
        </Card>
      )}
    </div>
  );
}

"use client";

import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import type { FleetCounts } from "@/lib/client/fleet-types";
import { pages } from "@/lib/config/routes";
import type { Horizon } from "@/lib/domain/horizon";
import { t } from "@/messages/t";

const NEXT_WEEKS = 4;

export function HorizonCard({ counts, horizon }: { counts: FleetCounts | null; horizon: Horizon | null }) {
  const next = horizon?.weeks.slice(0, NEXT_WEEKS).reduce((sum, week) => sum + week.exact, 0) ?? 0;
  return (
    <Card aria-labelledby="horizon">
      <CardHeader
        id="horizon"
        title={t("overview.certificates.title")}
        description={
          counts === null ? " " : t("overview.certificates.note", { known: counts.certificatesKnown, machines: counts.machines })
        }
      />
      <CardBody className="grid justify-items-start gap-3">
        <p>
          {horizon === null || counts === null
            ? t("overview.counting")
            : next === 0
              ? t("overview.certificates.none")
              : t("overview.certificates.next", { count: next })}
        </p>
        <Link href={pages.certificates()} className={buttonClass({ size: "sm" })}>
          {t("overview.certificates.open")}
        </Link>
      </CardBody>
    </Card>
  );
}

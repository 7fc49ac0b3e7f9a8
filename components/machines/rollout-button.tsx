"use client";

import { Rocket } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { RightButton } from "@/components/ui/right-note";
import { getAccess } from "@/lib/client/access/use-access";
import { useHoldsAnywhere } from "@/lib/client/access/use-holds-anywhere";
import { beginRollout } from "@/lib/client/rollout-targets";
import { useFleetStatus } from "@/lib/client/use-fleet";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { pages } from "@/lib/config/routes";
import { ROLLOUT_CAPABILITIES, rolloutRight } from "@/lib/domain/rollout/rights";
import { t } from "@/messages/t";
import { describedChoice, filterSentence } from "./filter-sentence";
import type { GridState } from "./use-grid-state";

export type RolloutButtonProps = Pick<ButtonProps, "variant" | "size"> & {
  which: "view" | "selection";
  count: number;
  handle: FleetViewHandle;
  grid: GridState;
};

/** Hands the machines to the roll-out wizard as they stand now. Off, with the reason, for who may do such work nowhere. */
export function RolloutButton({ which, count, handle, grid, variant, size }: RolloutButtonProps) {
  const router = useRouter();
  const holds = useHoldsAnywhere();
  const { subscriptions, phase, completeness } = useFleetStatus();
  // Access is read once machines are selected: the list of all machines alone is no reason to read it.
  useEffect(() => {
    if (which === "selection") getAccess().start();
  }, [which]);
  const begin = async () => {
    const rows = await handle.exportRows(which);
    const filters = filterSentence(grid.url, subscriptions);
    beginRollout({
      by: "machines",
      machineIds: rows.map(({ id }) => id),
      describedAs: describedChoice(rows.length, which, filters, completeness?.machines.complete === true),
    });
    router.push(pages.newRollout());
  };
  const label = which === "selection" ? t("rolloutWizard.entry.selection", { count }) : t("rolloutWizard.entry.shown", { count });
  const face = (
    <>
      <Rocket aria-hidden />
      <span className={which === "view" ? "max-sm:sr-only" : undefined}>{t("rolloutWizard.entry.button")}</span>
    </>
  );
  // Rows that are still on their way would be missing in "all machines shown" without a word.
  const reading = which === "view" && (phase === "idle" || phase === "loading");
  if (reading || count === 0) {
    return (
      <Button
        variant={variant}
        size={size}
        disabled
        aria-label={label}
        title={t(reading ? "rolloutWizard.entry.reading" : "rolloutWizard.entry.none")}
      >
        {face}
      </Button>
    );
  }
  return (
    <RightButton
      variant={variant}
      size={size}
      right={rolloutRight(holds(ROLLOUT_CAPABILITIES))}
      aria-label={label}
      onClick={() => void begin()}
    >
      {face}
    </RightButton>
  );
}

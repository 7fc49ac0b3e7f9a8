"use client";

import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import type { MatrixRow } from "@/lib/client/access/matrix-types";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { pages } from "@/lib/config/routes";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane, AccessPath, BlockReason, Holder } from "@/lib/domain/access/types";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { AtLeastNote } from "../at-least-note";
import { capabilityWords } from "./access-words";
import { PathLine } from "./path-line";
import { PrincipalName } from "./principal-name";

const PATHS_SHOWN = 3;
const HOLDERS_SHOWN = 200;

/** Whether a path counts in a lane; `depends` takes every kind whose condition is open. */
export function pathInLane(path: AccessPath, lane: AccessLane): boolean {
  if (lane === "depends") return path.condition.kind === "depends";
  if (path.condition.kind === "depends") return false;
  if (lane === "now") return path.kind.kind !== "eligible";
  return path.kind.kind === lane;
}

function blockWords(block: BlockReason): string {
  if (block.reason === "denied") return t("accessFleet.holders.reason.denied", { name: block.denyName });
  return t(`accessFleet.holders.reason.${block.reason}`);
}

function HolderItem({ holder, blocked = [] }: { holder: Holder; blocked?: readonly BlockReason[] }) {
  const more = holder.paths.length - PATHS_SHOWN;
  return (
    <li className="grid gap-1 border-line border-b py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <PrincipalName principal={holder.principal} />
        {blocked.map((block) => (
          <Badge key={block.reason} tone="bad">
            {blockWords(block)}
          </Badge>
        ))}
      </div>
      {holder.paths.slice(0, PATHS_SHOWN).map((path) => (
        <PathLine
          key={`${path.assignmentId}:${path.action}:${path.kind.kind}`}
          kind={path.kind}
          roleName={path.roleName}
          scope={path.scope}
          groups={path.groups}
          conditional={path.condition.kind !== "none"}
        />
      ))}
      {more > 0 ? <p className="text-muted text-xs">{t("accessFleet.holders.morePaths", { count: more })}</p> : null}
    </li>
  );
}

export type HoldersSheetProps = {
  machine: Pick<MatrixRow, "id" | "name">;
  capability: AccessCapabilityId;
  lane: AccessLane;
  onClose: () => void;
};

/** Who is behind one count of the matrix, each with the ways by which it has it. */
export function HoldersSheet({ machine, capability, lane, onClose }: HoldersSheetProps) {
  const key = `${machine.id}|${capability}`;
  const answer = useAccessAnswer(key, (backend) => backend.call("holders", machine.id, capability));
  const found = answer.key === key ? answer.value : undefined;
  const ref = parseMachineId(machine.id);
  const holders = (found?.answer.holders ?? [])
    .map((holder) => ({ ...holder, paths: holder.paths.filter((path) => pathInLane(path, lane)) }))
    .filter((holder) => holder.paths.length > 0);
  const blocked = found?.answer.blocked ?? [];
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("accessFleet.holders.title", { capability: capabilityWords(capability), machine: machine.name })}
      description={t(`accessFleet.lane.${lane}How`)}
      footer={
        ref === null ? undefined : (
          <Link href={pages.machineAccess(ref)} className={buttonClass({ variant: "primary" })}>
            {t("accessFleet.holders.toMachine")}
          </Link>
        )
      }
    >
      {found === undefined || found === null ? (
        <div role="status" className="grid gap-3">
          <span className="sr-only">{t("common.loading")}</span>
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-10 w-full" />
        </div>
      ) : (
        <>
          <AtLeastNote reasons={found.atLeast} />
          <p className="mt-2 font-medium text-sm">{t("accessFleet.holders.count", { count: holders.length })}</p>
          {holders.length === 0 ? <p className="mt-2 text-muted">{t("accessFleet.holders.none")}</p> : null}
          <ul>
            {holders.slice(0, HOLDERS_SHOWN).map((holder) => (
              <HolderItem key={holder.principal.id} holder={holder} />
            ))}
          </ul>
          {holders.length > HOLDERS_SHOWN ? (
            <p className="text-muted text-xs">{t("accessFleet.state.atLeastMore", { count: holders.length - HOLDERS_SHOWN })}</p>
          ) : null}
          {blocked.length === 0 ? null : (
            <>
              <h3 className="mt-4 font-medium text-sm">{t("accessFleet.holders.blocked")}</h3>
              <ul>
                {blocked.slice(0, HOLDERS_SHOWN).map((holder) => (
                  <HolderItem key={holder.principal.id} holder={holder} blocked={holder.blocked} />
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </Sheet>
  );
}

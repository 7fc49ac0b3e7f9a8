"use client";

import { Badge, type Tone } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import type { BlastRadius, Permits, PermittedCapability } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { scopeWords } from "./scope-words";
import type { PermitsView } from "./use-elevation";

const LINE_SHOWN = 2;
export const RISK_TONE: Record<PermittedCapability["risk"], Tone> = {
  low: "quiet",
  medium: "info",
  high: "warn",
  critical: "bad",
};

/** What a capability is called; in a list of badges the colour is never alone, the words name the risk too. */
function CapabilityBadge({ item }: { item: PermittedCapability }) {
  const name = t(`access.capability.${item.capability}.name`);
  return (
    <Badge tone={RISK_TONE[item.risk]} title={`${name}, ${t(`access.risk.${item.risk}`)}`}>
      {name}
    </Badge>
  );
}

function Unknown({ view, permits }: { view: PermitsView; permits: Permits | null }) {
  if (permits !== null) return <span className="text-muted text-xs">{t("elevation.permits.unknownRole")}</span>;
  if (view.error !== null) return <span className="text-muted text-xs">{t("elevation.permits.failed")}</span>;
  return (
    <span className="grid gap-1">
      <span className="sr-only">{t("elevation.permits.loading")}</span>
      <Skeleton className="h-4 w-40" />
    </span>
  );
}

/** In one line of a list: the gravest capabilities and on how many machines. */
export function PermitsLine({ view, id }: { view: PermitsView; id: string }) {
  const permits = view.of(id);
  if (permits === null || !permits.roleKnown) return <Unknown view={view} permits={permits} />;
  if (permits.capabilities.length === 0) {
    return (
      <span className="text-muted text-xs" title={t("elevation.permits.nothingAbout")}>
        {t("elevation.permits.nothing")}
      </span>
    );
  }
  const rest = permits.capabilities.length - LINE_SHOWN;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1.5 text-xs">
      {permits.capabilities.slice(0, LINE_SHOWN).map((item) => (
        <CapabilityBadge key={item.capability} item={item} />
      ))}
      {rest > 0 ? <span className="text-muted">{t("elevation.permits.more", { count: rest })}</span> : null}
      <span className="text-muted">
        {t("elevation.permits.on", { machines: t("elevation.permits.machinesOf", { count: permits.machines }) })}
      </span>
    </span>
  );
}

function gainedWords(item: PermittedCapability): string {
  if (item.gained === 0) return t("elevation.permits.gainedNone");
  return item.gained === item.machines ? t("elevation.permits.gainedAll") : t("elevation.permits.gained", { count: item.gained });
}

export function BlastNote({ blast }: { blast: BlastRadius }) {
  if (blast.identities === 0) return <p>{t("elevation.permits.blastNone")}</p>;
  return (
    <>
      <p>
        {t("elevation.permits.blastText", {
          identities: t("elevation.permits.identities", { count: blast.identities }),
          grants: t("elevation.permits.grants", { count: blast.grants }),
          targets: t("elevation.permits.targets", { count: blast.targets }),
        })}
      </p>
      {blast.gravest.length === 0 ? null : (
        <ul className="mt-1 grid gap-1 text-xs">
          {blast.gravest.slice(0, 5).map((item) => (
            <li key={`${item.scope.id}:${item.roleName}`} className="flex flex-wrap items-center gap-x-2">
              <Badge tone={RISK_TONE[item.severity]}>{t(`elevation.permits.severity.${item.severity}`)}</Badge>
              <span className="min-w-0 break-words">
                {t("elevation.permits.gravest", { role: item.roleName, scope: scopeWords(item.scope) })},{" "}
                {t("elevation.permits.gravestBy", { count: item.identities })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Every capability with its machines, and which are new to the person. */
export function PermitsPanel({ view, id, shown = 6 }: { view: PermitsView; id: string; shown?: number }) {
  const permits = view.of(id);
  if (permits === null || !permits.roleKnown) return <Unknown view={view} permits={permits} />;
  if (permits.capabilities.length === 0) return <p className="text-muted">{t("elevation.permits.nothingAbout")}</p>;
  const rest = permits.capabilities.length - shown;
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <ul className="grid gap-1">
        {permits.capabilities.slice(0, shown).map((item) => (
          <li key={item.capability} className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
            <CapabilityBadge item={item} />
            <span>{t("elevation.permits.machinesOf", { count: item.machines })}</span>
            <span className="text-muted">{gainedWords(item)}</span>
          </li>
        ))}
      </ul>
      {rest > 0 ? <p className="text-muted text-xs">{t("elevation.permits.more", { count: rest })}</p> : null}
      {permits.dependsOnCondition === 0 ? null : (
        <p className="text-muted text-xs">{t("elevation.permits.depends", { count: permits.dependsOnCondition })}</p>
      )}
      {view.atLeast.length === 0 ? null : <p className="text-warn text-xs">{t("elevation.permits.atLeast")}</p>}
    </div>
  );
}

/** The machines by name. At most 50 are known by name; the rest is counted. */
export function MachineNames({ permits }: { permits: Permits }) {
  const rest = permits.machines - permits.machineNames.length;
  return (
    <p className="break-words font-mono text-xs leading-5">
      {permits.machineNames.join(", ")}
      {rest > 0 ? <span className="font-sans text-muted"> {t("elevation.permits.machinesMore", { count: rest })}</span> : null}
    </p>
  );
}

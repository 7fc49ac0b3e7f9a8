import "server-only";
import { z } from "zod";
import { type ChangeItemRow, type ChangeSetRow, changeItems } from "@/lib/db/access-changes";
import type { Database } from "@/lib/db/database";
import {
  type AccessChangeRequest,
  type AccessChangeSet,
  CHANGE_STATES,
  type ChangeEffect,
  type ChangeItem,
  EFFECT_STATES,
} from "@/lib/domain/access/api";
import type { AzureFailure } from "@/lib/domain/errors";
import { storedExact, storedNames, storedRequest } from "./change-remote";

const azureSchema = z.custom<AzureFailure>((value) => typeof value === "object" && value !== null && "message" in value);
const undoSchema = z
  .custom<AccessChangeRequest>((value) => typeof value === "object" && value !== null && "kind" in value)
  .nullable();

export function effectOf(item: ChangeItemRow, now: Date): ChangeEffect {
  const sinceMs = item.acceptedAt === null ? null : now.getTime() - item.acceptedAt.getTime();
  return {
    state: item.effect,
    elapsedMs: item.effectMs ?? (item.effect === "none" ? null : sinceMs),
    seen: item.effectSeen,
    reads: item.effectReads,
    lastReadAt: item.effectReadAt?.toISOString() ?? null,
  };
}

function toItem(item: ChangeItemRow, now: Date): ChangeItem {
  return {
    index: item.position,
    request: storedRequest(item),
    names: storedNames(item),
    exact: storedExact(item),
    state: item.state,
    azure: item.azure === null ? null : azureSchema.parse(JSON.parse(item.azure)),
    detail: item.detail,
    effect: effectOf(item, now),
  };
}

function counted<Name extends string>(names: readonly Name[], values: readonly Name[]): Record<Name, number> {
  const counts = Object.fromEntries(names.map((name) => [name, values.filter((value) => value === name).length]));
  return counts as Record<Name, number>;
}

/** What a browser may see of a set of changes. */
export function toChangeSet(set: ChangeSetRow, items: readonly ChangeItemRow[], now: Date): AccessChangeSet {
  const isOpen = items.some(({ state }) => state === "planned" || state === "submitting" || state === "unknown");
  const ends = items.map(({ acceptedAt, updatedAt }) => (acceptedAt ?? updatedAt).getTime());
  const undo = items.flatMap((item) => (item.state === "done" ? (undoSchema.parse(JSON.parse(item.undo)) ?? []) : []));
  return {
    id: set.id,
    operatorName: set.operatorName,
    operatorObjectId: set.operatorObjectId,
    startedAt: set.startedAt.toISOString(),
    endedAt: isOpen ? null : new Date(Math.max(...ends)).toISOString(),
    items: items.map((item) => toItem(item, now)),
    counts: counted(
      CHANGE_STATES,
      items.map(({ state }) => state),
    ),
    effects: counted(
      EFFECT_STATES,
      items.map(({ effect }) => effect),
    ),
    undo: undo.reverse(),
    waitingFor: items.find(({ waitingFor }) => waitingFor !== null)?.waitingFor ?? null,
  };
}

export async function changeSetView(db: Database, set: ChangeSetRow, now: Date): Promise<AccessChangeSet> {
  return toChangeSet(set, await changeItems(db, set.id), now);
}

"use client";

import { useEffect, useState } from "react";
import { useDraft } from "@/lib/client/session-draft";
import type { ElevationProfile, EligibleRow } from "@/lib/domain/elevation/api";
import {
  type ActivationDraft,
  edited,
  emptyDraft,
  fromProfile,
  isActivationDraft,
  isChoosable,
  type RoleChoice,
  withChoice,
  withRows,
} from "./activation-draft";

export type DraftEdit = {
  /** Sets what holds for all roles. */
  all: (change: Partial<ActivationDraft>) => void;
  /** Sets what differs for one role. */
  one: (rowId: string, change: Partial<RoleChoice>) => void;
  /** Chooses exactly these rows. */
  rows: (rowIds: readonly string[]) => void;
};

const newId = (): string => crypto.randomUUID();

/** The form of the chosen roles; it survives a reload and every step-up. What cannot be activated any more falls out of it. */
export function useActivation(rows: readonly EligibleRow[]) {
  const [initial] = useState(() => emptyDraft(newId));
  const [stored, setDraft, clearStored] = useDraft("elevation.activation", initial, isActivationDraft);
  const [opened, setOpened] = useState(0);
  const [missing, setMissing] = useState<{ name: string; count: number } | null>(null);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const fits = stored.choices.filter(({ rowId }) => {
    const row = byId.get(rowId);
    return row !== undefined && isChoosable(row);
  });
  const draft = fits.length === stored.choices.length ? stored : { ...stored, choices: fits };
  const isRest = stored.attempted && fits.length < stored.choices.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is left of an attempted form becomes a request of its own, once.
  useEffect(() => {
    if (isRest) setDraft(edited(stored, { choices: fits }, newId));
  }, [isRest]);
  const edit: DraftEdit = {
    all: (change) => setDraft(edited(draft, change, newId)),
    one: (rowId, change) => setDraft(withChoice(draft, rowId, change, newId)),
    rows: (rowIds) => setDraft(withRows(draft, rowIds, newId)),
  };
  return {
    draft,
    edit,
    opened,
    missing,
    use: (profile: ElevationProfile) => {
      const made = fromProfile(profile, rows, newId);
      setDraft(made.draft);
      setMissing(made.missing === 0 ? null : { name: profile.name, count: made.missing });
      setOpened((count) => count + 1);
    },
    /** The ids of the form have been used; a change from here on is another request. */
    attempted: () => setDraft({ ...draft, attempted: true }),
    clear: () => {
      setDraft(emptyDraft(newId));
      setMissing(null);
      clearStored();
    },
  };
}

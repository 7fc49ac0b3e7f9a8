import "server-only";
import type { ChangeItemRow, ChangeSetRow } from "@/lib/db/access-changes";

/** What the engine needs of Azure for one change, as one person. */
export type AccessChangeRemote = {
  /**
   * Sends the write once. A change of several steps looks before each of them and answers `pending` with a sentence while
   * Azure does not show a step yet: it is called again later. Throws AppError.
   */
  send(item: ChangeItemRow): Promise<{ pending: string } | undefined>;
  /** Whether the wanted state is what Azure shows now. Throws AppError. */
  isInForce(item: ChangeItemRow): Promise<boolean>;
};

export type AccessChangeCarriers = {
  carriers(): string[];
  /** Null while nobody is here whose token could carry the set. */
  changeRemoteFor(set: ChangeSetRow): AccessChangeRemote | null;
};

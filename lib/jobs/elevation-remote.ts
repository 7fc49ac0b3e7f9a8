import "server-only";
import type { ElevationBatchRow, ElevationItemRow } from "@/lib/db/elevation";
import type { RefusalId } from "@/lib/domain/elevation/refusals";
import type { RequestPhase } from "@/lib/domain/elevation/request-status";
import type { ElevationItem } from "@/lib/domain/elevation/write-api";

/** What Azure has of a request. */
export type TakenRequest = {
  kind: "taken";
  /** Azure's word. */
  status: string;
  phase: RequestPhase;
  startsAt: string | null;
  endsAt: string | null;
};

/** A no that is known without an error of Azure: somebody was faster, the own request, the request is over. */
export type KnownRefusal = {
  kind: "refused";
  refusal: RefusalId;
  values: Record<string, string | number>;
  decidedBy: ElevationItem["decidedBy"];
};

/** What the engine needs of Azure for one item, as one person. Every call may throw AppError. */
export type ElevationRemote = {
  /** Sends the write once, under the item's own id. */
  send(item: ElevationItemRow): Promise<TakenRequest | KnownRefusal>;
  /** What Azure has of it now; null = nothing. */
  look(item: ElevationItemRow): Promise<TakenRequest | KnownRefusal | null>;
  /** Whether what was asked for is what Azure shows and enforces now. */
  isInForce(item: ElevationItemRow): Promise<boolean>;
};

export type ElevationCarriers = {
  carriers(): string[];
  /** Null while nobody is here whose token could carry the batch. */
  elevationRemoteFor(batch: ElevationBatchRow): ElevationRemote | null;
};

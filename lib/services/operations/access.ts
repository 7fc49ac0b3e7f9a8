import "server-only";
import type { AzureClients } from "@/lib/azure/ports";
import type { ChangeSetRow } from "@/lib/db/access-changes";
import type { ElevationBatchRow } from "@/lib/db/elevation";
import type { OperationRow } from "@/lib/db/operations";
import { demandIn, type RolloutRow, type SignInDemand } from "@/lib/db/rollouts";
import type { AccessChangeCarriers, AccessChangeRemote } from "@/lib/jobs/access-change-remote";
import type { ElevationCarriers, ElevationRemote } from "@/lib/jobs/elevation-remote";
import type { OperationRemote, RemoteAccess } from "@/lib/jobs/operation-remote";
import type { RolloutCarriers, RolloutRemote } from "@/lib/jobs/rollout-remote";
import { createChangeRemote } from "../access/change-remote";
import { createManageRemote } from "../elevation/manage/remote";
import { createElevationRemote } from "../elevation/remote";
import { withDemands } from "./demands";
import { createOperationRemote } from "./remote";

type Entry = { azure: AzureClients; expiresAtMs: number; issuedAtMs: number };
type Person = { tenantId: string; objectId: string };
/** Makes the calls of one roll-out from the clients that carry it. */
type RolloutRemotes = (azure: AzureClients, rollout: RolloutRow) => RolloutRemote;
type RolloutParts = {
  create: RolloutRemotes;
  /** The portal's managed identity; null = not configured. */
  identity: AzureClients | null;
};

/** A token this close to its end is not started on. */
const MARGIN_MS = 60_000;
/** Roll-outs whose remote is kept; the oldest is made anew when it is needed again. */
const MAX_REMOTES = 50;

export function carrierKey(of: Person): string {
  return `${of.tenantId}/${of.objectId}`;
}

/**
 * Who can carry work on in the background: the Azure clients of people who called lately, each with that person's own
 * delegated rights. In memory only; a restart forgets them and the work waits for somebody to sign in.
 */
export class OperatorAccess implements RemoteAccess, AccessChangeCarriers, ElevationCarriers, RolloutCarriers {
  private readonly entries = new Map<string, Entry>();
  private readonly now: () => number;
  private rollouts: RolloutParts | null = null;
  /** Stronger sign-ins that Azure wants of people, and when the sign-in that it refused was issued. */
  private readonly demands = new Map<string, SignInDemand>();
  /** The remote of a roll-out keeps what it has read for all its machines, as long as the same clients carry it. */
  private readonly rolloutRemotes = new Map<string, { azure: AzureClients; remote: RolloutRemote }>();

  /** Whose calls a remote makes: one that is refused late, after a new sign-in, says nothing about that. */
  private readonly carriedBy = new WeakMap<RolloutRemote, AzureClients>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** Says how roll-outs are worked on; until then nobody can carry one. */
  carryRollouts(parts: RolloutParts): void {
    this.rollouts = parts;
  }

  rolloutRemoteFor(rollout: RolloutRow): RolloutRemote | null {
    if (this.rollouts === null) return null;
    const carrier = { tenantId: rollout.tenantId, objectId: rollout.carrierObjectId };
    const azure = rollout.actsAs === "managedIdentity" ? this.rollouts.identity : this.clientsOf(carrier);
    const key = carrierKey(carrier);
    this.learn(demandIn(rollout));
    if (azure === null || (rollout.actsAs === "operator" && this.isRefused(key))) return null;
    const known = this.rolloutRemotes.get(rollout.id);
    if (known?.azure === azure) return known.remote;
    const oldest = this.rolloutRemotes.keys().next();
    if (this.rolloutRemotes.size >= MAX_REMOTES && !oldest.done) this.rolloutRemotes.delete(oldest.value);
    const issuedAtMs = this.entries.get(key)?.issuedAtMs ?? 0;
    const note = (claims: string): void => {
      if (rollout.actsAs === "operator") this.demands.set(key, { ...carrier, claims, issuedAtMs });
    };
    const remote = withDemands(this.rollouts.create(azure, rollout), note);
    this.rolloutRemotes.set(rollout.id, { azure, remote });
    this.carriedBy.set(remote, azure);
    return remote;
  }

  /** Another portal that shares the store was told: the same sign-in is not tried once more here. */
  private learn(stored: SignInDemand | null): void {
    if (stored === null) return;
    const known = this.demands.get(carrierKey(stored));
    if (known === undefined || known.issuedAtMs < stored.issuedAtMs) this.demands.set(carrierKey(stored), stored);
  }

  /** Azure wants more than the present sign-in of this person: it is not tried again, whoever's page still sends it. */
  private isRefused(key: string): boolean {
    const demand = this.demands.get(key);
    return demand !== undefined && demand.issuedAtMs >= (this.entries.get(key)?.issuedAtMs ?? 0);
  }

  /**
   * What Azure demanded of this sign-in, or of an earlier one, in the work of a roll-out; null = nothing, or a newer sign-in.
   * Entra gives tokens lives of 60 to 90 minutes at random, so their ends say nothing about which one is newer.
   */
  demandOf(of: Person, issuedAtMs: number, stored: SignInDemand | null = null): string | null {
    this.learn(stored);
    const demand = this.demands.get(carrierKey(of));
    return demand === undefined || demand.issuedAtMs < issuedAtMs ? null : demand.claims;
  }

  forgetRolloutCarrier(rollout: RolloutRow, refused: RolloutRemote): SignInDemand | null {
    const azure = this.carriedBy.get(refused);
    if (this.rolloutRemotes.get(rollout.id)?.remote === refused) this.rolloutRemotes.delete(rollout.id);
    // The managed identity has no sign-in that could end; a later round asks it again.
    if (rollout.actsAs === "managedIdentity") return null;
    const key = carrierKey({ tenantId: rollout.tenantId, objectId: rollout.carrierObjectId });
    if (this.entries.get(key)?.azure === azure) this.entries.delete(key);
    return this.demands.get(key) ?? null;
  }

  /** Keeps these clients when their sign-in is newer than the known one. True when this person was not here before. */
  remember(of: Person, expiresAtMs: number, createClients: () => AzureClients, issuedAtMs = expiresAtMs): boolean {
    this.dropExpired();
    const key = carrierKey(of);
    const known = this.entries.get(key);
    if (known !== undefined && known.issuedAtMs >= issuedAtMs) return false;
    this.entries.set(key, { azure: createClients(), expiresAtMs, issuedAtMs });
    return known === undefined;
  }

  carriers(): string[] {
    this.dropExpired();
    return [...this.entries.keys()];
  }

  clientsOf(of: Person): AzureClients | null {
    this.dropExpired();
    return this.entries.get(carrierKey(of))?.azure ?? null;
  }

  remoteFor(row: OperationRow): OperationRemote | null {
    const azure = this.clientsOf({ tenantId: row.tenantId, objectId: row.carrierObjectId });
    return azure === null ? null : createOperationRemote(azure);
  }

  changeRemoteFor(set: ChangeSetRow): AccessChangeRemote | null {
    const azure = this.clientsOf({ tenantId: set.tenantId, objectId: set.carrierObjectId });
    if (azure === null) return null;
    return set.kind === "elevation" ? createManageRemote(azure) : createChangeRemote(azure);
  }

  elevationRemoteFor(batch: ElevationBatchRow): ElevationRemote | null {
    const azure = this.clientsOf({ tenantId: batch.tenantId, objectId: batch.carrierObjectId });
    if (azure === null) return null;
    return createElevationRemote(azure, { objectId: batch.operatorObjectId }, () => new Date(this.now()));
  }

  forget(row: OperationRow): void {
    this.entries.delete(carrierKey({ tenantId: row.tenantId, objectId: row.carrierObjectId }));
  }

  private dropExpired(): void {
    const limit = this.now() + MARGIN_MS;
    for (const [key, entry] of this.entries) if (entry.expiresAtMs <= limit) this.entries.delete(key);
  }
}

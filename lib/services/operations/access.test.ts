import { expect, it } from "vitest";
import { demandIn, type RolloutRow, type RolloutTaskRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import type { RolloutRemote } from "@/lib/jobs/rollout-remote";
import { OperatorAccess } from "./access";
import { ADA, createFakeAzure } from "./testing";

const HOUR_MS = 3_600_000;

it("forgets a sign-in that Azure refuses to a roll-out, and not the newer one that has taken its place", () => {
  const access = new OperatorAccess(() => 0);
  access.carryRollouts({
    identity: null,
    create: () => ({}) as RolloutRemote,
  });
  const rollout = { id: "r", tenantId: ADA.tenantId, carrierObjectId: ADA.objectId, actsAs: "operator" } as RolloutRow;
  const remoteNow = () => {
    const remote = access.rolloutRemoteFor(rollout);
    if (remote === null) throw new Error("nobody carries it");
    return remote;
  };
  access.remember(ADA, HOUR_MS, () => createFakeAzure().clients);
  const old = remoteNow();
  const newer = createFakeAzure().clients;
  access.remember(ADA, 2 * HOUR_MS, () => newer);
  const current = remoteNow();
  access.forgetRolloutCarrier(rollout, old);
  expect(access.clientsOf(ADA)).toBe(newer);
  expect(remoteNow()).toBe(current);
  access.forgetRolloutCarrier(rollout, current);
  expect(access.clientsOf(ADA)).toBeNull();
});

it("asks for a newer sign-in than the refused one, also where that one would have lasted longer", async () => {
  const access = new OperatorAccess(() => 0);
  const claims = { code: "unauthenticated", message: "Confirm.", claims: "e30" } as const;
  const refuse = () => Promise.reject(new AppError(claims));
  access.carryRollouts({ identity: null, create: () => ({ send: refuse }) as unknown as RolloutRemote });
  const rollout = { id: "r", tenantId: ADA.tenantId, carrierObjectId: ADA.objectId, actsAs: "operator" } as RolloutRow;
  access.remember(ADA, 2 * HOUR_MS, () => createFakeAzure().clients, 1_000);
  const refused = access.rolloutRemoteFor(rollout);
  await expect(refused?.send(rollout, {} as RolloutTaskRow)).rejects.toMatchObject({ claims: "e30" });
  expect([access.demandOf(ADA, 1_000), access.demandOf(ADA, 2_000)]).toEqual(["e30", null]);
  expect(access.rolloutRemoteFor(rollout)).toBeNull();
  access.remember(ADA, HOUR_MS, () => createFakeAzure().clients, 2_000);
  expect(access.rolloutRemoteFor(rollout)).not.toBeNull();
});

it("takes what another portal was told from the store: the refused sign-in is not tried here, and its person is asked here", () => {
  const access = new OperatorAccess(() => 0);
  access.carryRollouts({ identity: null, create: () => ({}) as RolloutRemote });
  const stored = { demandClaims: "e30", demandIssuedAt: new Date(1_000) };
  const rollout = { id: "r", tenantId: ADA.tenantId, carrierObjectId: ADA.objectId, actsAs: "operator", ...stored } as RolloutRow;
  access.remember(ADA, 2 * HOUR_MS, () => createFakeAzure().clients, 1_000);
  expect(access.rolloutRemoteFor(rollout)).toBeNull();
  const elsewhere = new OperatorAccess(() => 0);
  const asked = (issuedAtMs: number, objectId = ADA.objectId) =>
    elsewhere.demandOf({ ...ADA, objectId }, issuedAtMs, demandIn(rollout));
  expect([asked(1_000), asked(1_000, "somebody else"), asked(2_000)]).toEqual(["e30", null, null]);
  access.remember(ADA, HOUR_MS, () => createFakeAzure().clients, 2_000);
  expect(access.rolloutRemoteFor(rollout)).not.toBeNull();
});

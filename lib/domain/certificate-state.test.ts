import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CertificateKey, CertificateStateId } from "./certificate";
import { CERTIFICATE_STATES } from "./certificate";
import type { CertificateVerdictInput } from "./certificate-state";
import {
  certificateMinutesState,
  certificateStateAt,
  certificateVerdict,
  DAY_MS,
  daysLeft,
  estimateMinutes,
  estimateRange,
  newestKey,
} from "./certificate-state";
import type { MachineStatus } from "./machine";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const HOUR_MS = 3_600_000;
const LONG_AGO = "2026-01-01T00:00:00.000Z";

function at(offsetMs: number): string {
  return new Date(NOW.getTime() + offsetMs).toISOString();
}

function key(endsInMs: number, id = "k1"): CertificateKey {
  return { keyId: id, thumbprint: null, startsAt: at(endsInMs - 90 * DAY_MS), endsAt: at(endsInMs) };
}

function verdict(input: Partial<CertificateVerdictInput> & { endsInMs?: number }) {
  const { endsInMs, ...rest } = input;
  return certificateVerdict({
    keys: endsInMs === undefined ? null : [key(endsInMs)],
    status: "Connected",
    lastStatusChangeAt: LONG_AGO,
    identityKind: "SystemAssigned",
    now: NOW,
    ...rest,
  });
}

describe("certificate states at their exact edges", () => {
  const cases: [string, number, MachineStatus, CertificateStateId, number][] = [
    ["90 days, connected", 90 * DAY_MS, "Connected", "ok", 90],
    ["46 days, connected", 46 * DAY_MS, "Connected", "ok", 46],
    ["45 days and 1 ms, connected", 45 * DAY_MS + 1, "Connected", "ok", 45],
    ["45 days, connected", 45 * DAY_MS, "Connected", "renewal-window", 45],
    ["24 h inside the window, connected", 44 * DAY_MS, "Connected", "renewal-window", 44],
    ["24 h and 1 ms inside the window, connected", 44 * DAY_MS - 1, "Connected", "renewal-stuck", 43],
    ["14 days, connected", 14 * DAY_MS, "Connected", "renewal-stuck", 14],
    ["1 ms, connected", 1, "Connected", "renewal-stuck", 0],
    ["0, connected", 0, "Connected", "expired", 0],
    ["-1 ms, connected", -1, "Connected", "expired", -1],
    ["90 days, disconnected", 90 * DAY_MS, "Disconnected", "ok", 90],
    ["45 days and 1 ms, disconnected", 45 * DAY_MS + 1, "Disconnected", "ok", 45],
    ["45 days, disconnected", 45 * DAY_MS, "Disconnected", "at-risk", 45],
    ["14 days and 1 ms, disconnected", 14 * DAY_MS + 1, "Disconnected", "at-risk", 14],
    ["14 days, disconnected", 14 * DAY_MS, "Disconnected", "critical", 14],
    ["1 ms, disconnected", 1, "Disconnected", "critical", 0],
    ["0, disconnected", 0, "Disconnected", "expired", 0],
    ["-1 ms, disconnected", -1, "Disconnected", "expired", -1],
    ["45 days, agent in error", 45 * DAY_MS, "Error", "at-risk", 45],
    ["14 days, unknown status text", 14 * DAY_MS, "Unknown", "critical", 14],
    ["60 days but status Expired", 60 * DAY_MS, "Expired", "expired", 60],
    ["awaiting connection", 60 * DAY_MS, "AwaitingConnection", "unknown", 60],
  ];
  it.each(cases)("[B08] [B09] [B10] %s", (_name, endsInMs, status, state, days) => {
    const result = verdict({ endsInMs, status });
    expect([result.state, result.daysLeft]).toEqual([state, days]);
  });

  it("[B09] calls a connected machine with 43 days left, two days inside the window, stuck and names the rule", () => {
    expect(verdict({ endsInMs: 43 * DAY_MS })).toMatchObject({
      state: "renewal-stuck",
      rule: { key: "certificate.rule.renewal-stuck", values: { days: 43, hours: 24 } },
    });
  });

  it("gives a machine that came back less than a day ago time to renew", () => {
    expect(verdict({ endsInMs: 40 * DAY_MS, lastStatusChangeAt: at(-24 * HOUR_MS) }).state).toBe("renewal-window");
    expect(verdict({ endsInMs: 40 * DAY_MS, lastStatusChangeAt: at(-24 * HOUR_MS - 1) }).state).toBe("renewal-stuck");
  });

  it("prefers the observed entry into the window over the derived one", () => {
    expect(verdict({ endsInMs: 40 * DAY_MS, windowEnteredAt: at(-HOUR_MS) }).state).toBe("renewal-window");
    expect(verdict({ endsInMs: 44.5 * DAY_MS, windowEnteredAt: at(-25 * HOUR_MS) }).state).toBe("renewal-stuck");
  });

  it.each(["None", "UserAssigned"] as const)("knows nothing about a machine whose identity is %s", (identityKind) => {
    expect(verdict({ endsInMs: 60 * DAY_MS, identityKind })).toMatchObject({
      state: "unknown",
      rule: { key: "certificate.rule.noIdentity" },
    });
  });

  it("still reads the certificate when the identity kind is a word that it does not know", () => {
    expect(verdict({ endsInMs: 60 * DAY_MS, identityKind: "Unknown" }).state).toBe("ok");
  });
});

describe("several keys", () => {
  it("[B07] lets the key that ends last decide while two overlap", () => {
    const result = verdict({ keys: [key(30 * DAY_MS, "old"), key(89 * DAY_MS, "new")] });
    expect([result.state, result.daysLeft, result.endsAt]).toEqual(["ok", 89, at(89 * DAY_MS)]);
  });

  it("skips a key whose date cannot be read", () => {
    const broken: CertificateKey = { keyId: "x", thumbprint: null, startsAt: "", endsAt: "soon" };
    expect(newestKey([broken, key(DAY_MS)])?.keyId).toBe("k1");
    expect(newestKey([broken])).toBeNull();
    expect(newestKey([])).toBeNull();
    expect(newestKey(null)).toBeNull();
  });
});

describe("estimates without a readable certificate", () => {
  it("gives a connected machine at least 45 days", () => {
    expect(verdict({})).toMatchObject({
      state: "estimated",
      daysLeft: null,
      endsAt: null,
      estimate: { from: at(45 * DAY_MS), to: at(90 * DAY_MS) },
      rule: { key: "certificate.rule.estimatedConnected" },
    });
  });

  it("gives a silent machine the range from T + 45 to T + 90 days", () => {
    expect(verdict({ status: "Disconnected", lastStatusChangeAt: at(-20 * DAY_MS) })).toMatchObject({
      state: "estimated",
      estimate: { from: at(25 * DAY_MS), to: at(70 * DAY_MS) },
      rule: { key: "certificate.rule.estimatedOffline", values: { since: at(-20 * DAY_MS) } },
    });
  });

  it("says that a machine silent for 90 days must be over, and not for a millisecond less", () => {
    const rule = (days: number) => verdict({ status: "Disconnected", lastStatusChangeAt: at(days) }).rule.key;
    expect(rule(-90 * DAY_MS)).toBe("certificate.rule.estimatedOver");
    expect(rule(-90 * DAY_MS + 1)).toBe("certificate.rule.estimatedOffline");
  });

  it("knows nothing about a silent machine without a time", () => {
    expect(verdict({ status: "Disconnected", lastStatusChangeAt: null })).toMatchObject({
      state: "unknown",
      estimate: null,
      rule: { key: "certificate.rule.nothingKnown" },
    });
    expect(verdict({ status: "Disconnected", lastStatusChangeAt: "never" }).state).toBe("unknown");
  });

  it("takes an empty key list as unreadable", () => {
    expect(verdict({ keys: [] }).state).toBe("estimated");
  });

  it("[B10] takes ARM's word for expired when no date can be read, and estimates nothing", () => {
    expect(verdict({ status: "Expired" })).toMatchObject({
      state: "expired",
      daysLeft: null,
      estimate: null,
      rule: { key: "certificate.rule.expiredByStatusOnly" },
      disagreement: null,
    });
  });
});

describe("disagreement between ARM and the certificate", () => {
  const cases: [MachineStatus, number, boolean][] = [
    ["Expired", 1, true],
    ["Expired", 0, false],
    ["Expired", -1, false],
    ["Connected", 0, true],
    ["Connected", -1, true],
    ["Connected", 1, false],
    ["Disconnected", -1, true],
    ["Disconnected", 1, false],
    ["Error", -1, false],
    ["Unknown", -1, false],
  ];
  it.each(cases)("[B10] %s with an end in %i ms: shown %s", (status, endsInMs, shown) => {
    expect(verdict({ status, endsInMs }).disagreement).toEqual(shown ? { arm: status, certificate: at(endsInMs) } : null);
  });

  it("quotes Azure's own status text", () => {
    expect(verdict({ status: "Expired", statusRaw: "expired", endsInMs: DAY_MS }).disagreement?.arm).toBe("expired");
  });

  it("names the source that made it expired", () => {
    expect(verdict({ status: "Expired", endsInMs: 5 * DAY_MS }).rule).toEqual({
      key: "certificate.rule.expiredByStatus",
      values: { days: 5 },
    });
    expect(verdict({ status: "Connected", endsInMs: -3 * DAY_MS }).rule).toEqual({
      key: "certificate.rule.expiredByDate",
      values: { days: 3 },
    });
  });
});

describe("fleet rows in minutes", () => {
  const MINUTE = 60_000;
  const now = NOW.getTime() / MINUTE;

  it("gives the state of the full verdict for any whole minute, status and age", () => {
    const statuses = fc.constantFrom<MachineStatus>(
      "Connected",
      "Disconnected",
      "Expired",
      "Error",
      "AwaitingConnection",
      "Unknown",
    );
    const kinds = fc.constantFrom("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None", "Unknown");
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: -100 * 1440, max: 100 * 1440 }), { nil: null }),
        fc.option(fc.integer({ min: -200 * 1440, max: 0 }), { nil: null }),
        statuses,
        kinds,
        (endsIn, changed, status, kind) => {
          const identityKind = kind as "SystemAssigned";
          const full = certificateVerdict({
            keys: endsIn === null ? null : [key(endsIn * MINUTE)],
            status,
            lastStatusChangeAt: changed === null ? null : at(changed * MINUTE),
            identityKind,
            now: NOW,
          });
          const row = {
            endsAt: endsIn === null ? -1 : now + endsIn,
            status,
            lastStatusChange: changed === null ? -1 : now + changed,
            identityKind,
            now,
          };
          expect(certificateMinutesState(row)).toBe(full.state);
          expect(CERTIFICATE_STATES).toContain(full.state);
          if (full.estimate !== null) {
            const range = estimateMinutes(row);
            expect(new Date(range.from * MINUTE).toISOString()).toBe(full.estimate.from);
            expect(new Date(range.to * MINUTE).toISOString()).toBe(full.estimate.to);
          }
        },
      ),
    );
  });

  it("marks a missing estimate with -1", () => {
    expect(estimateMinutes({ status: "Disconnected", lastStatusChange: -1, now })).toEqual({ from: -1, to: -1 });
  });
});

describe("building blocks", () => {
  it("floors days in both directions", () => {
    expect([daysLeft(DAY_MS, 0), daysLeft(DAY_MS - 1, 0), daysLeft(0, 0), daysLeft(-1, 0)]).toEqual([1, 0, 0, -1]);
  });

  it("never gives a better state when time passes and the machine stays offline", () => {
    const rank: Partial<Record<CertificateStateId, number>> = { ok: 0, "at-risk": 1, critical: 2, expired: 3 };
    fc.assert(
      fc.property(fc.integer({ min: -95, max: 95 }), fc.integer({ min: 0, max: 95 }), (endInDays, laterDays) => {
        const state = (nowMs: number) =>
          certificateStateAt({
            endsAtMs: endInDays * DAY_MS,
            status: "Disconnected",
            lastStatusChangeMs: 0,
            identityKind: "SystemAssigned",
            nowMs,
          });
        expect(rank[state(laterDays * DAY_MS)] ?? -1).toBeGreaterThanOrEqual(rank[state(0)] ?? 99);
      }),
    );
  });

  it("has no range for a silent machine whose last change is not known", () => {
    expect(estimateRange({ status: "Error", lastStatusChangeMs: null, nowMs: 0 })).toBeNull();
  });
});

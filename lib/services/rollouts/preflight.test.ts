import { describe, expect, it } from "vitest";
import type { TargetVerdict } from "@/lib/domain/rollout/api";
import { planFixture, targetFixture } from "@/lib/domain/rollout/plan-fixture";
import type { JudgedTargets } from "@/lib/domain/rollout/preflight-many";
import type { TargetFacts } from "@/lib/domain/rollout/target-checks";
import type { ServiceContext } from "../context";
import type { JudgedRollout } from "./judge";
import { preflightOf } from "./preflight";

const CTX = { config: { cloud: { id: "public" } } } as unknown as ServiceContext;
const WORK = { kind: "windowsSignIn.install", extensionName: "AADLoginForWindows", mdmId: "", version: null } as const;

function judgedFixture(verdicts: TargetVerdict[]): JudgedRollout {
  const counts = { ready: 0, confirm: 0, blocked: 0, offline: 0, nothingToDo: 0 };
  for (const verdict of verdicts) counts[verdict] += 1;
  const judged: JudgedTargets = { groups: [], verdicts, values: verdicts.map(() => ({})), counts };
  const targets = verdicts.map((_, index) => targetFixture({ name: `m-${index}` }));
  const read = {
    machines: [],
    extensions: new Map(),
    unknown: [],
    completeness: { asOf: "" },
  } as unknown as JudgedRollout["read"];
  return { read, facts: targets.map(() => ({ extensions: [] }) as unknown as TargetFacts), targets, judged, stamp: "s" };
}

const many = (verdict: TargetVerdict, count: number) => Array.from({ length: count }, () => verdict);
const of = (verdicts: TargetVerdict[]) => {
  const { waves, floorSeconds, request } = preflightOf(
    CTX,
    { work: WORK, plan: planFixture({ canary: 5 }) },
    judgedFixture(verdicts),
  );
  return { sizes: waves.map(({ size }) => size), floorSeconds, request: request !== null };
};

describe("waves and pace of a preflight", () => {
  it("are those of the ready machines where there are any", () => {
    expect(of([...many("ready", 300), ...many("confirm", 700)])).toEqual({ sizes: [5, 295], floorSeconds: 10, request: true });
  });

  it("are those of the start with a word where every machine wants one", () => {
    expect(of(many("confirm", 1_000))).toEqual({ sizes: [5, 995], floorSeconds: 80, request: true });
  });

  it("are none where nothing can be worked on", () => {
    expect(of([...many("blocked", 3), ...many("nothingToDo", 2)])).toEqual({ sizes: [], floorSeconds: 0, request: false });
  });
});

import { describe, expect, it } from "vitest";
import {
  canRolloutMove,
  canTaskMove,
  canWaveMove,
  END_STATES,
  OPEN_STATES,
  ROLLOUT_TRANSITIONS,
  TASK_TRANSITIONS,
  transitionPairs,
  WAVE_TRANSITIONS,
  WRITING_STATES,
} from "./states";
import { ROLLOUT_STATES, TASK_STATES, WAVE_STATES } from "./types";

// Written down a second time on purpose: a change of the table has to be meant twice.
const ROLLOUT_EDGES =
  "running>paused running>held running>canceling running>finished paused>running paused>canceling held>running held>canceling " +
  "canceling>canceled canceled>running finished>running";
const WAVE_EDGES =
  "pending>awaitingGo pending>running pending>canceled awaitingGo>running awaitingGo>canceled running>held running>stopping " +
  "running>done held>running held>stopping held>done stopping>stopped";
const TASK_EDGES =
  "queued>submitting queued>checking queued>failed queued>skipped queued>canceled submitting>queued submitting>unknown " +
  "submitting>provisioning submitting>failed unknown>submitting unknown>provisioning unknown>granting unknown>checking " +
  "unknown>queued unknown>failed unknown>canceled provisioning>granting provisioning>checking provisioning>removing " +
  "provisioning>queued provisioning>failed granting>checking checking>ready checking>notReady checking>failed removing>failed " +
  "notReady>queued notReady>checking failed>queued skipped>queued canceled>queued";

function cases<State extends string>(states: readonly State[], edges: string) {
  const allowed = new Set(edges.split(" "));
  return states.flatMap((from) => states.map((to) => ({ from, to, allowed: allowed.has(`${from}>${to}`) })));
}

describe("a roll-out", () => {
  it.each(cases(ROLLOUT_STATES, ROLLOUT_EDGES))("[C75] $from to $to: $allowed", ({ from, to, allowed }) => {
    expect(canRolloutMove(from, to)).toBe(allowed);
  });
});

describe("a wave", () => {
  it.each(cases(WAVE_STATES, WAVE_EDGES))("$from to $to: $allowed", ({ from, to, allowed }) => {
    expect(canWaveMove(from, to)).toBe(allowed);
  });
});

describe("a task", () => {
  it.each(cases(TASK_STATES, TASK_EDGES))("$from to $to: $allowed", ({ from, to, allowed }) => {
    expect(canTaskMove(from, to)).toBe(allowed);
  });

  it("[C75] is never sent again once Azure has accepted it, unless Azure reported an end", () => {
    expect(TASK_TRANSITIONS.provisioning).not.toContain("submitting");
    expect(TASK_TRANSITIONS.checking.every((state) => END_STATES.includes(state))).toBe(true);
  });

  it("is claimed as ready only by the check", () => {
    expect(TASK_STATES.filter((from) => canTaskMove(from, "ready"))).toEqual(["checking"]);
    expect(TASK_STATES.filter((from) => canTaskMove(from, "notReady"))).toEqual(["checking"]);
  });

  it("is either open or at an end, and never writes at an end", () => {
    expect([...OPEN_STATES, ...END_STATES].sort()).toEqual([...TASK_STATES].sort());
    expect(WRITING_STATES.filter((state) => END_STATES.includes(state))).toEqual([]);
  });
});

it("every state of a task can be reached from the first one, and every end state by the engine alone", () => {
  const reached = new Set<string>(["queued"]);
  for (const from of reached) for (const to of TASK_TRANSITIONS[from as "queued"]) reached.add(to);
  expect([...reached].sort()).toEqual([...TASK_STATES].sort());
});

it("gives the transitions as pairs, in the order of the tables", () => {
  expect(transitionPairs("rollout").join(" ")).toBe(ROLLOUT_EDGES);
  expect(transitionPairs("wave").join(" ")).toBe(WAVE_EDGES);
  expect(transitionPairs("task").join(" ")).toBe(TASK_EDGES);
  expect(transitionPairs("task")).toHaveLength(Object.values(TASK_TRANSITIONS).flat().length);
  expect(transitionPairs("wave")).toHaveLength(Object.values(WAVE_TRANSITIONS).flat().length);
  expect(transitionPairs("rollout")).toHaveLength(Object.values(ROLLOUT_TRANSITIONS).flat().length);
});

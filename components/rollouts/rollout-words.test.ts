import { describe, expect, it } from "vitest";
import { causeWords, DAYS, dayWords, kindWords } from "@/lib/client/rollout-words";
import { OUTCOME_CODES, outcomeTexts } from "@/lib/domain/rollout/causes";
import { countsFixture } from "@/lib/domain/rollout/plan-fixture";
import { CAUSE_KINDS, TASK_STATES, WORK_KINDS } from "@/lib/domain/rollout/types";
import { hasMessage } from "@/messages/t";
import { summary } from "./rollout-fixture";
import { chosenWords, countsWords, fixWords, groupWords, meaningWords, stateWords, taskStateWords } from "./rollout-words";

/** Codes of outcomes that stand over a group of failures. */
const GROUPED = OUTCOME_CODES.filter(
  (code) => !["canSignIn", "installedNotAllChecked", "settingsWritten", "upgraded", "removed", "roleAssigned"].includes(code),
);

const nameOf = (id: string) => (id === "s" ? "Branch offices 01" : id);

it("say of a scope what it is, and of a choice in the grid what was chosen", () => {
  expect(chosenWords("/subscriptions/s/resourceGroups/rg-app", nameOf)).toBe("Chosen: everything below Resource group rg-app");
  expect(chosenWords("/subscriptions/s", nameOf)).toBe("Chosen: everything below Subscription Branch offices 01");
  expect(chosenWords("/subscriptions/other", nameOf)).toBe("Chosen: everything below Subscription other");
  expect(chosenWords("Machines: Windows", nameOf)).toBe("Chosen: Machines: Windows");
});

describe("words of many machines", () => {
  it.each(GROUPED)("name no single machine and leave no gap: %s", (code) => {
    const words = meaningWords({ code, meaning: outcomeTexts({ code, failure: null }).meaning });
    expect(words).toMatch(/^[A-Z].*\.$/);
    expect(words).not.toContain("{");
  });

  it("are there for each kind of work and each cause", () => {
    expect(WORK_KINDS.map(kindWords).filter((words) => words.startsWith("rollout."))).toEqual([]);
    expect(CAUSE_KINDS.map(causeWords).filter((words) => words.startsWith("rollout."))).toEqual([]);
    expect(DAYS.map(dayWords)).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    expect(TASK_STATES.filter((state) => !hasMessage(`rolloutLive.task.${state}`))).toEqual([]);
  });
});

describe("success", () => {
  it.each(WORK_KINDS)("of %s is called signing in only where that was looked at", (kind) => {
    const isInstall = kind.endsWith(".install");
    expect(taskStateWords(kind, "ready")).toBe(isInstall ? "Can sign in" : "Done");
    expect(groupWords(kind, "notReady")).toBe(isInstall ? "Installed, cannot sign in" : "Done, without effect yet");
  });

  it.each([
    [{ ready: 10 }, "Ended, all good", "ok"],
    [{ ready: 9, notReady: 1 }, "Ended, some are not good", "warn"],
    [{ ready: 9, failed: 1 }, "Ended, some are not good", "warn"],
  ] as const)("is claimed of a whole roll-out only without failures: %o", (part, words, tone) => {
    expect(stateWords(summary({ state: "finished", counts: countsFixture(part) }))).toEqual({ words, tone });
  });

  it("needs no advice", () => {
    const outcome = { code: "canSignIn", cause: null, values: {}, failure: null, azure: null };
    expect(fixWords("ready", outcome)).toEqual([]);
  });
});

it("counts every state of a task exactly once", () => {
  const one = countsFixture(Object.fromEntries(TASK_STATES.map((state) => [state, 1])));
  expect(countsWords("linuxSignIn.install", one)).toBe(
    "1 can sign in, 1 installed but cannot sign in, 1 failed, 2 left out, 6 in progress, 1 queued",
  );
});

import type { FaultEffect, FaultMatch, FaultRule } from "../core/faults.ts";
import { textOf } from "../core/text.ts";
import { type Input, readInput, refuse, wholeNumber } from "./input.ts";

const FACES = ["entra", "arm", "resourceGraph", "graph"];
const MOST_MS = 600_000;
const MOST_TIMES = 1_000_000;
/** Keys that an effect may carry besides its kind. */
const EFFECT_KEYS: Record<FaultEffect["kind"], readonly string[]> = {
  respond: ["status", "headers", "body", "contentType"],
  reset: [],
  resetAfterHandling: [],
  truncate: ["bytes"],
  silence: ["ms"],
  delay: ["ms"],
  patchJson: ["set", "remove"],
  endlessNextLink: [],
  dropNextLink: [],
};

function asObject(value: unknown, name: string): Input {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  throw refuse(400, `'${name}' is an object.`);
}

function readMatch(value: unknown): FaultMatch {
  const match = asObject(value, "match");
  for (const [name, part] of Object.entries(match)) {
    if (!["face", "method", "path", "callerUpn"].includes(name)) throw refuse(400, `'match' has an unknown name '${name}'.`);
    if (typeof part !== "string") throw refuse(400, `'match.${name}' is a text.`);
  }
  if (match.face !== undefined && !FACES.includes(String(match.face)))
    throw refuse(400, `'match.face' is one of ${FACES.join(", ")}.`);
  if (match.path !== undefined) {
    try {
      new RegExp(String(match.path));
    } catch {
      throw refuse(400, "'match.path' is a regular expression.");
    }
  }
  return match as FaultMatch;
}

function needNumber(effect: Input, name: string, range: { from: number; to: number }): void {
  if (wholeNumber(effect, name, range) === undefined) throw refuse(400, `An effect '${String(effect.kind)}' needs '${name}'.`);
}

function readEffect(value: unknown): FaultEffect {
  const effect = asObject(value, "effect");
  const kind = textOf(effect.kind);
  if (!Object.hasOwn(EFFECT_KEYS, kind)) throw refuse(400, `'effect.kind' is one of ${Object.keys(EFFECT_KEYS).join(", ")}.`);
  const keys = EFFECT_KEYS[kind as FaultEffect["kind"]];
  const unknown = Object.keys(effect).find((name) => name !== "kind" && !keys.includes(name));
  if (unknown !== undefined) throw refuse(400, `An effect '${kind}' has no '${unknown}'.`);
  if (kind === "respond") needNumber(effect, "status", { from: 200, to: 599 });
  if (kind === "truncate") needNumber(effect, "bytes", { from: 0, to: 100_000_000 });
  if (kind === "silence" || kind === "delay") needNumber(effect, "ms", { from: 0, to: MOST_MS });
  if (
    effect.headers !== undefined &&
    !Object.values(asObject(effect.headers, "headers")).every((part) => typeof part === "string")
  ) {
    throw refuse(400, "'effect.headers' holds texts.");
  }
  if (effect.set !== undefined) asObject(effect.set, "set");
  if (effect.remove !== undefined && !(Array.isArray(effect.remove) && effect.remove.every((part) => typeof part === "string"))) {
    throw refuse(400, "'effect.remove' is a list of dotted paths.");
  }
  return effect as FaultEffect;
}

/** The rule of a POST /faults, checked as a whole. */
export function readFaultRule(body: string): FaultRule {
  const input = readInput(body, ["match", "effect", "times", "skip", "every"]);
  const rule: FaultRule = { match: readMatch(input.match ?? {}), effect: readEffect(input.effect) };
  const times = wholeNumber(input, "times", { from: 1, to: MOST_TIMES });
  const skip = wholeNumber(input, "skip", { from: 0, to: MOST_TIMES });
  const every = wholeNumber(input, "every", { from: 1, to: MOST_TIMES });
  return {
    ...rule,
    ...(times === undefined ? {} : { times }),
    ...(skip === undefined ? {} : { skip }),
    ...(every === undefined ? {} : { every }),
  };
}

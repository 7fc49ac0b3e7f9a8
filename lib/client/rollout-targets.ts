import { parseMachineId } from "@/lib/domain/machine";
import type { TargetChoice } from "@/lib/domain/rollout/api";
import { clearDraft } from "./session-draft";
import { readStored, removeStored, writeStored } from "./session-store";

/**
 * What another page hands to the roll-out wizard. Ten thousand machine ids fit into no address, so they stay in the tab's
 * memory. The list is frozen: what the grid shows afterwards does not change it.
 */
export type HandedTargets = {
  /** New with every hand-over: the wizard begins anew with other targets. */
  id: string;
  choice: TargetChoice;
};

const NAME = "rolloutTargets";
/** Name of the wizard's draft. */
export const ROLLOUT_DRAFT = "rollout";
/** Where storage is blocked or full, the targets still last as long as the page is not loaded anew. */
let inMemory: HandedTargets | null = null;

type Packed = { id: string; describedAs: string; scope: string | null; parents: string[]; of: number[]; names: string };

const PARENT = /^.*\//;

/** Machines of one resource group share the long part of their ids, which makes the list about ten times shorter. */
function pack({ id, choice }: HandedTargets): Packed {
  if (choice.by === "scope") return { id, describedAs: "", scope: choice.scope, parents: [], of: [], names: "" };
  const parents = new Map<string, number>();
  const of: number[] = [];
  const names: string[] = [];
  for (const machine of choice.machineIds) {
    const parent = PARENT.exec(machine)?.[0] ?? "";
    const known = parents.get(parent) ?? parents.size;
    parents.set(parent, known);
    of.push(known);
    names.push(machine.slice(parent.length));
  }
  return { id, describedAs: choice.describedAs, scope: null, parents: [...parents.keys()], of, names: names.join("/") };
}

function isPacked(value: unknown): value is Packed {
  if (typeof value !== "object" || value === null) return false;
  const packed: Partial<Record<keyof Packed, unknown>> = value;
  return (
    typeof packed.id === "string" &&
    typeof packed.describedAs === "string" &&
    (packed.scope === null || typeof packed.scope === "string") &&
    Array.isArray(packed.parents) &&
    packed.parents.every((parent) => typeof parent === "string") &&
    Array.isArray(packed.of) &&
    packed.of.every((index) => Number.isInteger(index)) &&
    typeof packed.names === "string"
  );
}

function unpack(packed: Packed): HandedTargets {
  const { id, scope, describedAs } = packed;
  if (scope !== null) return { id, choice: { by: "scope", scope } };
  const names = packed.names === "" ? [] : packed.names.split("/");
  const machineIds = names.map((name, index) => `${packed.parents[packed.of[index] ?? -1] ?? ""}${name}`);
  return { id, choice: { by: "machines", machineIds: machineIds.filter((text) => parseMachineId(text) !== null), describedAs } };
}

/** Keeps the targets for the wizard. A machine that is named twice is worked on once. */
export function handTargets(choice: TargetChoice, newId: () => string = () => crypto.randomUUID()): HandedTargets {
  const once = new Map<string, string>();
  if (choice.by === "machines") for (const id of choice.machineIds) once.set(id.toLowerCase(), once.get(id.toLowerCase()) ?? id);
  const handed: HandedTargets = {
    id: newId(),
    choice: choice.by === "machines" ? { ...choice, machineIds: [...once.values()] } : choice,
  };
  inMemory = handed;
  writeStored(NAME, pack(handed));
  return handed;
}

/** Targets from another page: the wizard begins anew with them. */
export function beginRollout(choice: TargetChoice): void {
  clearDraft(ROLLOUT_DRAFT);
  handTargets(choice);
}

/** The targets that were handed over in this tab; null when there are none. */
export function handedTargets(): HandedTargets | null {
  const packed = readStored(NAME, isPacked);
  if (packed !== null) return inMemory?.id === packed.id ? inMemory : unpack(packed);
  return inMemory;
}

/** Forgets the targets, once the roll-out was started. */
export function forgetTargets(): void {
  inMemory = null;
  removeStored(NAME);
}

/** One machine of the frozen list, as much as its id says. */
export type ListedMachine = { id: string; name: string; resourceGroup: string; subscriptionId: string };

/** Name and place of machines from their ids; an id that is none of a machine is left out. */
export function listedMachines(ids: readonly string[]): ListedMachine[] {
  return ids.flatMap((id) => {
    const ref = parseMachineId(id);
    return ref === null ? [] : [{ id, ...ref }];
  });
}

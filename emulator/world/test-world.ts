import { createWorld } from "./create-world.ts";
import type { Json } from "./render.ts";
import { renderMachine } from "./render.ts";
import type { MachineSpec, World } from "./types.ts";

export const TEST_NOW = Date.parse("2026-11-21T12:00:00Z");

/** A world for tests: 25 machines at a fixed moment unless asked otherwise. */
export function testWorld(machines = 25): World {
  return createWorld({ seed: 1, machines, nowMs: TEST_NOW });
}

export function machineNamed(world: World, name: string): MachineSpec {
  const spec = world.machines.find((candidate) => candidate.name === name);
  if (spec === undefined) throw new Error(`no machine ${name}`);
  return spec;
}

/** Properties of the machine as ARM shows them at the settled moment. */
export function shownProperties(world: World, name: string): Json {
  return renderMachine(world, machineNamed(world, name), { nowMs: () => world.time.nowMs }).properties as Json;
}

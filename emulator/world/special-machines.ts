import type { SpecialMachine } from "./special-machine.ts";
import { RECORDED } from "./special-machines-recorded.ts";
import { SINGLE_CASES } from "./special-machines-single.ts";
import { SMALL_FLEET } from "./special-machines-small.ts";

export const SPECIAL_MACHINES: readonly SpecialMachine[] = [...SMALL_FLEET, ...SINGLE_CASES, ...RECORDED];
export const SMALLEST_FLEET = SMALL_FLEET.length;

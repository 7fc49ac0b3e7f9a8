import "server-only";
import { prepareAccess } from "@/lib/domain/access/access-index";
import type { MachineAccessView } from "@/lib/domain/access/api";
import { cannotSignIn } from "@/lib/domain/access/cannot-sign-in";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import { type MachineRef, machineId } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { assignmentViews } from "./assignment-view";
import { machineInput, readMachineInputs } from "./read-machine";
import { accessRights } from "./rights";

/** Who can do what on one machine and by which path, read from ARM just now. Throws when the machine itself cannot be read. */
export async function getMachineAccess(args: { ctx: ServiceContext; ref: MachineRef }): Promise<MachineAccessView> {
  const { ctx, ref } = args;

  const [read, rights] = await Promise.all([readMachineInputs(ctx, ref), accessRights(ctx, machineId(ref))]);
  const index = prepareAccess(read.inputs, ctx.clock.now());
  const access = evaluateMachine(index, read.machine.id);
  const { status, osFamily } = read.machine;
  return {
    machine: { ...machineInput(read.machine), status, osFamily },
    access,
    assignments: assignmentViews(index, read.assignments),
    denyAssignments: [...read.inputs.denyAssignments],
    cannotSignIn: cannotSignIn(access),
    rights,
    completeness: read.gaps.completeness(read.asOf, read.assignments.length, null),
  };
}

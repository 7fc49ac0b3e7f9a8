import "server-only";
import type { ApproversAnswer, ApproversInput } from "@/lib/domain/elevation/api";
import { createApproverBook, type Decider } from "@/lib/domain/elevation/approvers";
import { readDirectory } from "../access/directory";
import { createGaps } from "../access/gaps";
import type { ServiceContext } from "../context";

const PEOPLE_SHOWN = 200;

/** The operator stays among the people who are sent, because the pages ask whether the operator is one of them. */
function shown(people: readonly Decider[], me: string): Decider[] {
  const first = people.slice(0, PEOPLE_SHOWN);
  const own = people.slice(PEOPLE_SHOWN).find(({ id }) => id === me);
  return own === undefined ? first : [...first, own];
}

/**
 * The people behind approvers, read with the operator's own right to the directory: nested groups to the last, disabled and
 * deleted accounts left out. Never throws for a part: what could not be read makes an answer "at least".
 */
export async function approverPeople(args: { ctx: ServiceContext; input: ApproversInput }): Promise<ApproversAnswer> {
  const { ctx, input } = args;
  const asOf = ctx.clock.now().toISOString();
  const gaps = createGaps(ctx);
  const facts = await readDirectory(
    ctx,
    gaps,
    input.approvers.map(({ id, kind }) => ({ id, type: kind })),
  );
  const incomplete = gaps.incomplete();
  const behind = createApproverBook({ ...facts, incomplete });
  const me = ctx.operator.objectId.toLowerCase();
  return {
    approvers: input.approvers.map((approver) => {
      const found = behind(approver);
      return { ...found, people: shown(found.people, me), total: found.people.length };
    }),
    me,
    missing: incomplete.map(({ label, reason }) => ({ label, reason })),
    asOf,
  };
}

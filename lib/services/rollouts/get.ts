import "server-only";
import type { RolloutView } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";
import { rolloutView } from "./view";
import { visibleRollout } from "./viewer";

/** One roll-out with its waves, causes, pace and what this person may do. */
export async function getRollout(args: { ctx: ServiceContext; id: string }): Promise<RolloutView> {
  const { row, viewer } = await visibleRollout(args.ctx, args.id);
  return rolloutView(args.ctx, row, viewer);
}

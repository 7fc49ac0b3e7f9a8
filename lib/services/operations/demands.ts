import "server-only";
import { AppError } from "@/lib/domain/errors";
import type { RolloutRemote } from "@/lib/jobs/rollout-remote";

/**
 * The same calls; `note` hears of a stronger sign-in that Azure demands. The engine only knows that the sign-in was refused: what
 * it takes to go on is told to the person on the next visit.
 */
export function withDemands(remote: RolloutRemote, note: (claims: string) => void): RolloutRemote {
  const noted =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof AppError && error.claims !== undefined) note(error.claims);
        throw error;
      }
    };
  return {
    send: noted(remote.send),
    statusOf: noted(remote.statusOf),
    look: noted(remote.look),
    ended: noted(remote.ended),
    connected: noted(remote.connected),
    grant: noted(remote.grant),
    check: noted(remote.check),
    remove: noted(remote.remove),
  };
}

/** A read of the fleet or of its access is under way, whether or not there are rows already. */
export function isReading({ phase }: { phase: string }): boolean {
  return phase === "loading" || phase === "refreshing";
}

import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceGraphPort } from "@/lib/azure/ports";
import type { Database } from "@/lib/db/database";
import { bookGraphQuery } from "@/lib/db/rollout-budget";

/**
 * Resource Graph as roll-outs use it: each query is booked in the store first, because several portals act in one person's name
 * and Azure counts them together, and what people look at goes first.
 */
export function pacedGraph(graph: ResourceGraphPort, args: { db: Database; principal: string }): ResourceGraphPort {
  return {
    async query(query, options) {
      const waitMs = await bookGraphQuery(args.db.session, args.principal);
      if (waitMs > 0) await sleep(waitMs);
      return graph.query({ ...query, background: true }, options);
    },
  };
}

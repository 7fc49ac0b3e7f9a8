import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceGraphPort } from "@/lib/azure/ports";
import type { Database } from "@/lib/db/database";
import { bookGraphQuery } from "@/lib/db/rollout-budget";

/**
 * Resource Graph as roll-outs use it: what people look at goes first, and where several portals share a store each query is booked
 * there, because they act in one person's name and Azure counts them together. A portal alone knows all that it has asked.
 */
export function pacedGraph(graph: ResourceGraphPort, args: { db: Database; principal: string }): ResourceGraphPort {
  const { db, principal } = args;
  return {
    async query(query, options) {
      const waitMs = db.engine === "server" ? await bookGraphQuery(db.session, principal) : 0;
      if (waitMs > 0) await sleep(waitMs);
      return graph.query({ ...query, background: true }, options);
    },
  };
}

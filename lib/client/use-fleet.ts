"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { apiResponse } from "./api";
import { toClientProblem } from "./api-problem";
import { type FleetBackend, openFleetBackend } from "./fleet-backend";
import { BrokenStream, FleetSession, type FleetStatus, IDLE_STATUS } from "./fleet-session";
import type { WorkerLike } from "./worker-backend";

function brokenProblem(reason: string): Problem {
  return {
    type: "urn:arcwarden:problem:fleet-stream",
    title: t("machines.broken.title"),
    status: 0,
    code: "upstream",
    detail: reason === "" ? t("machines.broken.early") : t("machines.broken.garbled", { reason }),
    nextStep: t("machines.broken.next"),
    traceId: "",
  };
}

let session: FleetSession | null = null;

/** The fleet of this tab: one read, shared by every screen. */
export function getFleet(): FleetSession {
  session ??= new FleetSession({
    openBackend: () =>
      // The DOM's Worker is wider than the part that is used.
      openFleetBackend(() => new Worker(new URL("./fleet-worker.ts", import.meta.url), { type: "module" }) as WorkerLike),
    openStream: async ({ snapshot, signal }) => {
      const response = await apiResponse(snapshot ? `${api.fleet()}?snapshot=1` : api.fleet(), { signal });
      if (response.body === null) throw new BrokenStream(t("machines.broken.empty"));
      return response.body;
    },
    toProblem: (error) => (error instanceof BrokenStream ? brokenProblem(error.message) : toClientProblem(error)),
    brokenProblem,
    monotonicMs: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  });
  return session;
}

const subscribeFleet = (listener: () => void) => getFleet().subscribe(listener);
const fleetStatus = () => getFleet().getStatus();
const idleStatus = () => IDLE_STATUS;

/** How far the fleet is, without starting to read it. */
export function useFleetStatus(): FleetStatus {
  return useSyncExternalStore(subscribeFleet, fleetStatus, idleStatus);
}

/** How far the fleet is; starts reading it when nobody has. */
export function useFleet(): FleetStatus {
  useEffect(() => getFleet().start(), []);
  return useFleetStatus();
}

/**
 * Asks the fleet a question and asks again when the rows have changed or `key` differs. Null until the first answer; an
 * older answer stays until the next is there, and an answer that was overtaken is dropped.
 */
export function useFleetAnswer<T>(key: string, ask: (backend: FleetBackend) => Promise<T>): T | null {
  const { version } = useFleetStatus();
  const [answer, setAnswer] = useState<T | null>(null);
  const latest = useRef(ask);
  latest.current = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` and `version` decide when the question is asked again.
  useEffect(() => {
    if (version === 0) return;
    let wanted = true;
    void getFleet()
      .backend()
      .then((backend) => latest.current(backend))
      .then((value) => {
        if (wanted) setAnswer(value);
      });
    return () => {
      wanted = false;
    };
  }, [key, version]);
  return answer;
}

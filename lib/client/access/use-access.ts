"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { api } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { apiResponse } from "../api";
import { ApiProblem, toClientProblem } from "../api-problem";
import { openBackend, type WorkerLike } from "../worker-backend";
import type { AccessMethods } from "./access-host";
import { type AccessBackend, AccessSession, type AccessStatus, IDLE_ACCESS } from "./access-session";

function brokenProblem(reason: string): Problem {
  return {
    type: "urn:arcwarden:problem:access-stream",
    title: t("accessFleet.broken.title"),
    status: 0,
    code: "upstream",
    detail: reason === "" ? t("accessFleet.broken.early") : t("accessFleet.broken.garbled", { reason }),
    nextStep: t("accessFleet.broken.next"),
    traceId: "",
  };
}

let session: AccessSession | null = null;

/** Access in the fleet, of this tab: one read and one evaluation, shared by every screen. */
export function getAccess(): AccessSession {
  session ??= new AccessSession({
    openBackend: () =>
      openBackend<AccessMethods>(
        // The DOM's Worker is wider than the part that is used.
        () => new Worker(new URL("./access-worker.ts", import.meta.url), { type: "module" }) as WorkerLike,
        // The engine is fetched only where no worker runs: every page of the portal may ask about access.
        async () => new (await import("./access-host")).AccessHost(),
      ),
    openStream: async ({ snapshot, signal }) => {
      const response = await apiResponse(snapshot ? `${api.accessInputs()}?snapshot=1` : api.accessInputs(), { signal });
      if (response.body === null) throw new ApiProblem(brokenProblem(""));
      return response.body;
    },
    toProblem: toClientProblem,
    brokenProblem,
    nowMs: () => Date.now(),
  });
  return session;
}

const subscribe = (listener: () => void) => getAccess().subscribe(listener);
const status = () => getAccess().getStatus();
const idle = () => IDLE_ACCESS;

/** How far the evaluation is, without starting to read. */
export function useAccessStatus(): AccessStatus {
  return useSyncExternalStore(subscribe, status, idle);
}

/** How far the evaluation is; starts reading when nobody has. */
export function useAccess(): AccessStatus {
  useEffect(() => getAccess().start(), []);
  return useAccessStatus();
}

/**
 * Asks a question and asks again when the tenant was evaluated again or `key` differs. `value` is undefined until the first
 * answer; an older answer stays until the next is there, and an answer that was overtaken is dropped.
 */
export function useAccessAnswer<T>(
  key: string,
  ask: (backend: AccessBackend) => Promise<T>,
): { value: T | undefined; key: string } {
  const { version } = useAccessStatus();
  const [answer, setAnswer] = useState<{ value: T | undefined; key: string }>({ value: undefined, key: "" });
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (version === 0) return;
    let wanted = true;
    void getAccess()
      .backend()
      .then((backend) => latest.current(backend))
      .then((value) => {
        if (wanted) setAnswer({ value, key });
      });
    return () => {
      wanted = false;
    };
  }, [key, version]);
  return answer;
}

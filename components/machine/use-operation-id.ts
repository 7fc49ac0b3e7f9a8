"use client";

import { useCallback, useState } from "react";
import { ApiProblem } from "@/lib/client/api-problem";

/** True when the portal has answered that it does not take the request: nothing was begun. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && error.problem.status >= 400 && error.problem.status < 500;
}

/**
 * The id of the operation that a form is about to start. It stays the same while no answer has come, so that sending again
 * cannot start a second one, and changes once the portal has refused.
 */
export function useOperationId() {
  const [id, setId] = useState(() => crypto.randomUUID() as string);
  const afterError = useCallback((error: unknown) => {
    if (isRefusal(error)) setId(crypto.randomUUID());
  }, []);
  const renew = useCallback(() => setId(crypto.randomUUID()), []);
  return { id, afterError, renew };
}

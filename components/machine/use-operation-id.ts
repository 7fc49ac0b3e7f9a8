"use client";

import { useCallback, useState } from "react";
import { ApiProblem } from "@/lib/client/api-problem";

/**
 * The id of the operation that a form is about to start. It stays the same while no answer has come, so that sending again
 * cannot start a second one, and changes once the portal has refused.
 */
export function useOperationId() {
  const [id, setId] = useState(() => crypto.randomUUID() as string);
  const afterError = useCallback((error: unknown) => {
    if (error instanceof ApiProblem && error.problem.status >= 400 && error.problem.status < 500) setId(crypto.randomUUID());
  }, []);
  const renew = useCallback(() => setId(crypto.randomUUID()), []);
  return { id, afterError, renew };
}

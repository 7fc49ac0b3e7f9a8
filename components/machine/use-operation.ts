"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { apiFetch } from "@/lib/client/api";
import { openEventStream } from "@/lib/client/sse";
import { api } from "@/lib/config/routes";
import { OPERATION_STATES, type OperationView } from "@/lib/domain/api";
import { parseMachineId } from "@/lib/domain/machine";
import { isFinal } from "@/lib/domain/operation-state";
import { machineKey } from "./use-machine";

const WITHOUT_STREAM_MS = 4_000;
const WITH_STREAM_MS = 30_000;
const LOOKS_BEFORE_GIVING_UP = 5;

export function operationKey(id: string): readonly string[] {
  return ["operation", id.toLowerCase()];
}

/** An event of the stream, or null for anything else that a proxy may have put into it. */
export function readOperation(data: string): OperationView | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== "object" || value === null || !("id" in value) || !("state" in value)) return null;
    if (!OPERATION_STATES.some((state) => state === value.state)) return null;
    // The portal's own API wrote it; its shape is fixed by lib/domain/api.ts.
    return value as OperationView;
  } catch {
    return null;
  }
}

/**
 * An operation as it goes on: by the event stream, and by asking again while the stream is away. Ends when the operation has
 * ended; what was read of its machine before is then old and is read again.
 */
export function useOperation(id: string) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  const query = useQuery({
    queryKey: operationKey(id),
    queryFn: ({ signal }) => apiFetch<OperationView>(api.operation(id), { signal }),
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      // Right after the request was sent, or repeated after a sign-in, the store may not have it yet.
      if (data === undefined)
        return errorUpdateCount > 0 && errorUpdateCount < LOOKS_BEFORE_GIVING_UP ? WITHOUT_STREAM_MS : false;
      if (isFinal(data.state)) return false;
      return connected ? WITH_STREAM_MS : WITHOUT_STREAM_MS;
    },
  });
  const running = query.data !== undefined && !isFinal(query.data.state);
  useEffect(() => {
    if (!running) return;
    return openEventStream(api.operationEvents(id), {
      onMessage: (message) => {
        const operation = readOperation(message.data);
        if (operation !== null && operation.id.toLowerCase() === id.toLowerCase())
          client.setQueryData(operationKey(id), operation);
      },
      onConnected: setConnected,
      onRefused: () => setConnected(false),
    });
  }, [client, id, running]);
  const changed = query.data !== undefined && !running ? query.data.machineId : null;
  useEffect(() => {
    const ref = changed === null ? null : parseMachineId(changed);
    if (ref !== null) void client.invalidateQueries({ queryKey: machineKey(ref) });
  }, [client, changed]);
  return { ...query, connected };
}

"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";
import { api } from "@/lib/config/routes";
import type { ApprovalCount, ElevationEvent } from "@/lib/domain/elevation/api";
import { apiFetch } from "./api";
import { openEventStream } from "./sse";

const COUNT_AGAIN_MS = 60_000;

function isEvent(value: unknown): value is ElevationEvent {
  return typeof value === "object" && value !== null && "waiting" in value && "stamps" in value;
}

function parsed(data: string): ElevationEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * What happens to elevation while a page is open: one stream for the whole tab, open as long as somebody listens, and close
 * on Azure's heels only while a page follows the lists. Where the stream is refused, the number of waiting requests is asked
 * for once a minute instead.
 */
export class ElevationWatch {
  readonly #listeners = new Set<() => void>();
  #last: ElevationEvent | null = null;
  #stop: (() => void) | null = null;
  #followers = 0;

  /** A page shows one of the lists until the returned function is called. */
  readonly follow = (): (() => void) => {
    this.#followers += 1;
    if (this.#followers === 1) this.#restart();
    return () => {
      this.#followers -= 1;
      if (this.#followers === 0) this.#restart();
    };
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  };

  readonly last = (): ElevationEvent | null => this.#last;

  #restart(): void {
    if (this.#stop === null) return;
    this.#stop();
    this.#stop = this.#start();
  }

  #start(): () => void {
    let timer: ReturnType<typeof setInterval> | null = null;
    const close = openEventStream(api.elevationEvents(this.#followers > 0 ? "near" : "far"), {
      onMessage: ({ data }) => {
        const event = parsed(data);
        if (event !== null) this.#set(event);
      },
      onRefused: () => {
        void this.#count();
        timer ??= setInterval(() => void this.#count(), COUNT_AGAIN_MS);
      },
    });
    return () => {
      close();
      if (timer !== null) clearInterval(timer);
    };
  }

  async #count(): Promise<void> {
    try {
      const { waiting, asOf } = await apiFetch<ApprovalCount>(api.elevationApprovalCount(), { background: true });
      this.#set({ waiting, stamps: { approvals: asOf, mine: asOf }, asOf });
    } catch {
      // A number in the navigation is no reason to disturb anybody; the inbox says itself why it cannot be read.
    }
  }

  #set(event: ElevationEvent): void {
    this.#last = event;
    for (const listener of this.#listeners) listener();
  }
}

let watch: ElevationWatch | null = null;

function theWatch(): ElevationWatch {
  watch ??= new ElevationWatch();
  return watch;
}

const subscribe = (listener: () => void) => theWatch().subscribe(listener);
const last = () => theWatch().last();
const none = () => null;

/** The newest event of elevation; null until there is one. */
function useElevationEvent(): ElevationEvent | null {
  return useSyncExternalStore(subscribe, last, none);
}

/** How many requests wait for the operator's decision; null while that is not known. */
export function useWaitingApprovals(): number | null {
  return useElevationEvent()?.waiting ?? null;
}

/** Calls `read` each time the named list has changed at Azure since the page was opened. */
export function useReadOnChange(list: keyof ElevationEvent["stamps"], read: () => void): void {
  // Empty: the stream does not follow this list yet.
  const stamp = useElevationEvent()?.stamps[list] || null;
  const known = useRef<string | null>(null);
  const reader = useRef(read);
  useEffect(() => theWatch().follow(), []);
  useEffect(() => {
    reader.current = read;
  });
  useEffect(() => {
    if (stamp === null || stamp === known.current) return;
    const first = known.current === null;
    known.current = stamp;
    if (!first) reader.current();
  }, [stamp]);
}

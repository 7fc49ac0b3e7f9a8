// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ElevationEvent } from "@/lib/domain/elevation/api";
import { ElevationWatch, useReadOnChange, useWaitingApprovals } from "./elevation-events";
import type { SseHandlers } from "./sse";

const shared = vi.hoisted(() => ({ paths: [] as string[], handlers: [] as unknown[], closed: 0, apiFetch: vi.fn() }));
vi.mock("./sse", () => ({
  openEventStream: (path: string, handlers: unknown) => {
    shared.paths.push(path);
    shared.handlers.push(handlers);
    return () => {
      shared.closed += 1;
    };
  },
}));
vi.mock("./api", () => ({ apiFetch: shared.apiFetch }));

const handlers = () => shared.handlers.at(-1) as SseHandlers;

function say(part: Partial<ElevationEvent>): void {
  const event: ElevationEvent = { waiting: 1, stamps: { approvals: "a1", mine: "m1" }, asOf: "", ...part };
  act(() => handlers().onMessage({ event: "message", data: JSON.stringify(event), id: null }));
}

beforeEach(() => {
  vi.useFakeTimers();
  shared.handlers.length = 0;
  shared.paths.length = 0;
  shared.closed = 0;
  shared.apiFetch.mockReset();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("keeps one stream for all listeners and closes it with the last", () => {
  const watch = new ElevationWatch();
  const leave = [watch.subscribe(() => undefined), watch.subscribe(() => undefined)];
  expect(shared.handlers).toHaveLength(1);
  leave[0]?.();
  expect(shared.closed).toBe(0);
  leave[1]?.();
  expect(shared.closed).toBe(1);
});

it("passes on what is an event and drops what is not", () => {
  const watch = new ElevationWatch();
  const heard = vi.fn();
  watch.subscribe(heard);
  for (const data of ["no json", "null", '{"waiting":1}']) handlers().onMessage({ event: "message", data, id: null });
  expect(heard).not.toHaveBeenCalled();
  expect(watch.last()).toBeNull();
});

it("asks for the number once a minute where the stream is refused, and stays silent when that fails too", async () => {
  shared.apiFetch.mockResolvedValueOnce({ waiting: 3, asOf: "t1" }).mockRejectedValue(new Error("no"));
  const watch = new ElevationWatch();
  const leave = watch.subscribe(() => undefined);
  handlers().onRefused?.(new Error("404") as never);
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.last()?.waiting).toBe(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shared.apiFetch).toHaveBeenCalledTimes(2);
  expect(shared.apiFetch.mock.calls[0]?.[1]).toEqual({ background: true });
  leave();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(shared.apiFetch).toHaveBeenCalledTimes(2);
});

it("[A27] tells the page the number, and to read again only what has changed since it was opened", () => {
  const read = vi.fn();
  function Page() {
    useReadOnChange("approvals", read);
    return <p>{`waiting: ${useWaitingApprovals()}`}</p>;
  }
  render(<Page />);
  expect(screen.getByText("waiting: null")).toBeDefined();
  say({});
  expect(screen.getByText("waiting: 1")).toBeDefined();
  expect(read).not.toHaveBeenCalled();
  say({ stamps: { approvals: "a1", mine: "m2" } });
  expect(read).not.toHaveBeenCalled();
  say({ waiting: 2, stamps: { approvals: "a2", mine: "m2" } });
  expect(read).toHaveBeenCalledTimes(1);
  expect(screen.getByText("waiting: 2")).toBeDefined();
});

it("asks Azure often only while a page follows a list, and does not take its first stamp for a change", () => {
  const read = vi.fn();
  function Page() {
    useReadOnChange("mine", read);
    return null;
  }
  function Menu() {
    return <p>{`waiting: ${useWaitingApprovals()}`}</p>;
  }
  const { rerender } = render(<Menu />);
  expect(shared.paths.map((path) => path.split("?")[1])).toEqual(["pace=far"]);
  say({ stamps: { approvals: "a1", mine: "" } });
  rerender(
    <>
      <Menu />
      <Page />
    </>,
  );
  expect(shared.paths.at(-1)).toContain("pace=near");
  say({ stamps: { approvals: "a1", mine: "m1" } });
  expect(read).not.toHaveBeenCalled();
  say({ stamps: { approvals: "a1", mine: "m2" } });
  expect(read).toHaveBeenCalledTimes(1);
  rerender(<Menu />);
  expect(shared.paths.at(-1)).toContain("pace=far");
});

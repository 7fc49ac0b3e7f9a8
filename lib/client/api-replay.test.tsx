// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type PendingRequest, savePending } from "./api-pending";
import { ApiProblem } from "./api-problem";
import { ApiReplayProvider, useReplay } from "./api-replay";

const shared = vi.hoisted(() => ({ state: {} as unknown, apiFetch: vi.fn() }));
vi.mock("./auth-provider", () => ({ useAuth: () => ({ state: shared.state }) }));
vi.mock("./api", () => ({ apiFetch: shared.apiFetch }));

const who = { homeAccountId: "o", tenantId: "t" };
const pending: PendingRequest = {
  path: "/api/x",
  method: "POST",
  body: { operationId: "1" },
  page: "/p",
  ...who,
  atMs: Date.now(),
};

function Watcher({ path }: { path: string }) {
  const replay = useReplay(path);
  return <p>{`${path}: ${JSON.stringify(replay)}`}</p>;
}

async function show(): Promise<string> {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ApiReplayProvider>
        <Watcher path="/api/x" />
        <Watcher path="/api/other" />
      </ApiReplayProvider>
    </QueryClientProvider>,
  );
  await act(async () => undefined);
  return screen
    .getAllByText(/api/)
    .map((element) => element.textContent)
    .join("\n");
}

beforeEach(() => {
  sessionStorage.clear();
  shared.apiFetch.mockReset().mockResolvedValue({ id: "operation-1" });
  shared.state = { kind: "signedIn", account: who };
});
afterEach(cleanup);

it("[A03] sends the kept write again after the return, once, and tells only the page that waits for it", async () => {
  savePending(pending);
  const text = await show();
  expect(shared.apiFetch.mock.calls).toEqual([["/api/x", { method: "POST", body: { operationId: "1" } }]]);
  expect(text).toContain('/api/x: {"kind":"done","path":"/api/x","value":{"id":"operation-1"}}');
  expect(text).toContain('/api/other: {"kind":"none"}');
  cleanup();
  await show();
  expect(shared.apiFetch).toHaveBeenCalledTimes(1);
});

it("shows the problem when the repeated write is refused", async () => {
  savePending(pending);
  const problem = { type: "x", title: "t", status: 403, code: "forbidden" as const, detail: "refused", traceId: "t" };
  shared.apiFetch.mockRejectedValue(new ApiProblem(problem));
  expect(await show()).toContain('"kind":"failed"');
});

it("[A03] drops the kept write when the person has refused the stronger sign-in", async () => {
  savePending(pending);
  shared.state = { kind: "signedIn", account: who, failure: { kind: "cancelled" } };
  expect(await show()).toContain('/api/x: {"kind":"dropped","path":"/api/x"}');
  cleanup();
  shared.state = { kind: "signedIn", account: who };
  await show();
  expect(shared.apiFetch).not.toHaveBeenCalled();
});

it("sends nothing while nobody is signed in, for another person, or with a method that is no write", async () => {
  savePending(pending);
  shared.state = { kind: "signedOut", failure: null };
  await show();
  shared.state = { kind: "signedIn", account: { homeAccountId: "x", tenantId: "t" } };
  cleanup();
  await show();
  savePending({ ...pending, method: "GET" });
  shared.state = { kind: "signedIn", account: who };
  cleanup();
  await show();
  expect(shared.apiFetch).not.toHaveBeenCalled();
});

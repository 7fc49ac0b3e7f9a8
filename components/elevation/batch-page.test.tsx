// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ElevationBatch, ElevationEffect } from "@/lib/domain/elevation/write-api";
import { BatchPage } from "./batch-page";
import { summaryWords } from "./batch-words";
import { ACTIVATE, ANNA, batch, inMinutes, item, mine, NOW } from "./elevation-fixture";
import { renderElevation, sentBatches } from "./render-elevation";
import { lookAgainMs } from "./use-elevation";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/auth-provider", () => ({ useAuth: () => ({ dismissFailure: () => undefined }) }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => ({ kind: "none" }) }));
vi.mock("@/lib/client/sse", () => ({ openEventStream: () => () => undefined }));

function open(answer: ElevationBatch | Error) {
  apiFetch.mockImplementation((path: string) => {
    if (path === "/api/elevation/mine") return Promise.resolve(mine());
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return renderElevation(<BatchPage id="batch-1" />);
}

const effect = (part: Partial<ElevationEffect>): ElevationEffect => ({
  state: "waiting",
  elapsedMs: 5_000,
  seen: 0,
  reads: 2,
  lastReadAt: NOW,
  provenBy: null,
  ...part,
});

holdDate(NOW);
beforeEach(() => void apiFetch.mockReset());

it("says that it has stopped moving when it could not be read again, keeps what was read, and reads on by itself", async () => {
  const running = batch([item({ state: "submitting" })], { endedAt: null });
  open(running);
  expect((await screen.findAllByText("Being sent")).length).toBeGreaterThan(0);
  apiFetch.mockImplementation(() => Promise.reject(new Error("no network")));
  const note = await screen.findByText(/^Reading again failed: .* What is shown is from 12:00 UTC\.$/, {}, { timeout: 15_000 });
  expect(note).toBeDefined();
  expect(screen.getAllByText("Being sent").length).toBeGreaterThan(0);
  apiFetch.mockImplementation(() => Promise.resolve(running));
  await waitFor(() => expect(screen.queryByText(/^Reading again failed/)).toBeNull(), { timeout: 15_000 });
});

describe("an item", () => {
  it("says in advance when the right ends, and what that means", async () => {
    open(batch([item()]));
    expect(
      await screen.findByText(
        "Ends at 13:00 UTC, 1:00:00 from now. From then on, Azure refuses again what only this role allows.",
      ),
    ).toBeDefined();
  });

  it("is over by Azure's clock, whatever was read last", async () => {
    open(batch([item({ endsAt: inMinutes(0), effect: effect({ state: "effective" }) })]));
    expect(await screen.findByText(/^Ended at .*Azure refuses again what only this role allowed\.$/)).toBeDefined();
    expect(screen.queryByText("Effective")).toBeNull();
  });

  it.each([
    [effect({}), "Azure has granted it. It is not seen working yet."],
    [effect({ seen: 2 }), "Seen working 2 times in a row, of three."],
    [
      effect({ state: "effective", elapsedMs: 65_000, provenBy: "a/write" }),
      "Really works since 1:05 min after the grant. Proven by a/write",
    ],
    [effect({ state: "effective", elapsedMs: 1_000 }), "You held every right of it before"],
    [effect({ state: "late", elapsedMs: 600_000 }), "Still not working after 10:00 min."],
    [effect({ state: "ended" }), "The activation is over."],
  ])("tells whether it works yet: %o", async (state, words) => {
    open(batch([item({ effect: state })]));
    expect(await screen.findByText((text) => text.includes(words))).toBeDefined();
  });

  it("says that it waits for approval, not that Azure is working", async () => {
    open(batch([item({ state: "waiting", status: "PendingApproval", effect: effect({ state: "none" }) })]));
    expect(await screen.findByText("Waits for approval")).toBeDefined();
  });

  it("tells a refusal in plain words with the next step, and Azure's own words and code", async () => {
    const azure = {
      status: 400,
      code: "RoleAssignmentExists",
      message: "The Role assignment already exists.",
      requestId: "r-1",
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm",
    } as const;
    open(batch([item({ state: "refused", refusal: { id: "alreadyActive", values: {}, azure } })]));
    for (const text of [
      "Already active",
      /Look at your active roles/,
      /The Role assignment already exists/,
      /RoleAssignmentExists · 400 · r-1/,
    ]) {
      expect(await screen.findByText(text)).toBeDefined();
    }
  });

  it("says times of a refusal as times of the day", async () => {
    const values = { canEndFrom: inMinutes(3) };
    open(batch([item({ kind: "deactivate", state: "refused", refusal: { id: "tooSoonToEnd", values, azure: null } })]));
    expect(await screen.findByText(/End it again after 12:03 UTC/)).toBeDefined();
  });

  it("tells who decided faster, what and why", async () => {
    const decidedBy = { person: ANNA, decision: "deny", at: NOW, reason: "no ticket" } as const;
    const action = { kind: "decide", id: "i", requestId: "/r", approvalId: "/a", decision: "approve", reason: "ok" } as const;
    open(
      batch([
        item({
          kind: "decide",
          action,
          state: "refused",
          names: { role: "Owner", scope: "rg-app", person: "Olivia" },
          decidedBy,
          refusal: { id: "decidedByOther", values: { person: "Anna Approver" }, azure: null },
        }),
      ]),
    );
    expect(await screen.findByText("Approve Olivia: Owner at rg-app")).toBeDefined();
    expect(screen.getByText(/Anna Approver decided to deny at .* Reason: no ticket/)).toBeDefined();
    expect(screen.getByText(/Anna Approver decided this request before you/)).toBeDefined();
  });
});

it("offers the step-ups that are left, and sends the very same batch again", async () => {
  const items = [item(), item({ id: "item-2", index: 1, state: "stepUp", action: { ...ACTIVATE, id: "item-2" } })];
  open(batch(items, { stepUps: [{ context: "c2", items: 1 }] }));
  expect(await screen.findByText("1 item waits for the sign-in strength c2.")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Confirm the sign-in and go on" }));
  await waitFor(() => expect(sentBatches(apiFetch.mock.calls)).toHaveLength(1));
  expect(sentBatches(apiFetch.mock.calls)[0]).toEqual({ batchId: "batch-1", actions: items.map(({ action }) => action) });
});

it("sums up what is done, refused and waiting", () => {
  const items = [item(), item({ state: "refused" }), item({ state: "waiting" }), item({ state: "waiting" })];
  expect(summaryWords(batch(items))).toBe("1 of 4 done, 1 refused, 2 waiting");
});

it.each([
  ["while it is written", [item({ state: "submitting" })], 1_500],
  ["while an answer is missing", [item({ state: "unknown" })], 1_500],
  ["while an effect is awaited", [item()], 3_000],
  ["while somebody must decide", [item({ state: "waiting", effect: effect({ state: "none" }) })], 10_000],
  ["until it ends", [item({ effect: effect({ state: "effective" }) })], 60_000],
  ["never when nothing can change", [item({ state: "refused", effect: effect({ state: "none" }) })], false],
] as const)("looks again %s", (_when, items, ms) => {
  expect(lookAgainMs({ items: [...items] })).toBe(ms);
});

it("says plainly that there is no such request", async () => {
  open(new ApiProblem({ type: "x", title: "t", status: 404, code: "not_found", detail: "gone", traceId: "" }));
  expect(await screen.findByText("There is no such request, or it is not yours.")).toBeDefined();
});

// @vitest-environment jsdom
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { createQueryClient } from "./api-query-provider";
import { useRolloutList } from "./use-rollout-list";

const answer = vi.hoisted(() => vi.fn());
vi.mock("./api", () => ({ apiFetch: answer }));
vi.mock("./session", () => ({ useSession: () => ({ account: { objectId: "ada", tenantId: "t" } }) }));

function Names() {
  return (
    <p>
      {useRolloutList()
        .data?.rollouts.map(({ name }) => name)
        .join(", ")}
    </p>
  );
}

it("shows who comes back what it knows, and asks again", async () => {
  const client = createQueryClient();
  const page = (
    <QueryClientProvider client={client}>
      <Names />
    </QueryClientProvider>
  );
  answer.mockResolvedValueOnce({ rollouts: [{ name: "First", state: "finished" }] });
  const { unmount } = render(page);
  await screen.findByText("First");
  unmount();
  answer.mockResolvedValueOnce({
    rollouts: [
      { name: "First", state: "finished" },
      { name: "Second", state: "finished" },
    ],
  });
  render(page);
  expect(screen.getByText("First")).toBeTruthy();
  await screen.findByText("First, Second");
});

// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ComponentProps } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { Link } from "./link";

vi.mock("next/link", () => ({
  default: ({ prefetch, children, ...rest }: ComponentProps<"a"> & { prefetch: boolean | null }) => (
    <a {...rest} data-prefetch={String(prefetch)}>
      {children}
    </a>
  ),
}));

afterEach(cleanup);

const prefetched = () => screen.getByRole("link").dataset.prefetch;

test("a link that is only in sight fetches nothing ahead", () => {
  render(<Link href="/machines">Machines</Link>);
  expect(prefetched()).toBe("false");
});

test("pointing at a link fetches its page ahead, and the caller hears of it too", () => {
  const seen = vi.fn();
  render(
    <Link href="/machines" onPointerEnter={seen}>
      Machines
    </Link>,
  );
  fireEvent.pointerEnter(screen.getByRole("link"));
  expect(prefetched()).toBe("null");
  expect(seen).toHaveBeenCalledTimes(1);
});

test("reaching a link by key fetches its page ahead, and the caller hears of it too", () => {
  const seen = vi.fn();
  render(
    <Link href="/machines" onFocus={seen}>
      Machines
    </Link>,
  );
  fireEvent.focus(screen.getByRole("link"));
  expect(prefetched()).toBe("null");
  expect(seen).toHaveBeenCalledTimes(1);
});

test("a link that never fetches ahead does not do so when pointed at", () => {
  render(
    <Link href="/machines" prefetch={false}>
      Machines
    </Link>,
  );
  fireEvent.pointerEnter(screen.getByRole("link"));
  expect(prefetched()).toBe("false");
});

// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { pathFixture } from "./access-fixture";
import { PathBadges } from "./path-badges";

afterEach(cleanup);

const UNTIL = "2027-01-01T08:00:00Z";
const words = (kind: { until: string | null; approvalRequired: boolean | null }, rest = {}) => {
  const path = pathFixture({ kind: { kind: "eligible", mfaRequired: null, authenticationContext: null, ...kind, ...rest } });
  const { container } = render(<PathBadges path={path} />);
  return container.textContent;
};

it.each([
  [null, true, /^Eligible, with approval/],
  [null, false, /^Eligible, without approval/],
  [null, null, /^Eligible(?!,)/],
  [UNTIL, true, /^Eligible until .*2027.*, with approval/],
  [UNTIL, false, /^Eligible until .*2027.*, without approval/],
  [UNTIL, null, /^Eligible until .*2027.* UTC(?!, with)/],
])(
  "an eligible path until %s with approval %s says so, and nothing where it is not known",
  (until, approvalRequired, expected) => {
    expect(words({ until, approvalRequired })).toMatch(expected);
  },
);

it("names a second factor and a sign-in strength that an activation asks for", () => {
  const kind = { until: null, approvalRequired: false };
  expect(words(kind, { mfaRequired: true, authenticationContext: "c1" })).toContain(
    "Asks for multifactor authenticationAsks for the sign-in strength c1",
  );
  cleanup();
  expect(words(kind, { mfaRequired: false })).not.toContain("Asks for");
});

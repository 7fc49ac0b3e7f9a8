import { expect, it } from "vitest";
import { authenticationContextOf } from "./step-up";

const base64 = (value: unknown) => btoa(JSON.stringify(value));

it.each([
  [base64({ access_token: { acrs: { essential: true, value: "c1" } } }), "c1"],
  [base64({ access_token: { acrs: { value: "C25" } } }), "c25"],
  [
    base64({ access_token: { acrs: { value: "c1" } } })
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", ""),
    "c1",
  ],
  [base64({ access_token: { nbf: { essential: true, value: "1" } } }), null],
  [base64({ access_token: { acrs: {} } }), null],
  [base64({ id_token: { acrs: { value: "c1" } } }), null],
  [base64(null), null],
  ["%%%", null],
  ["", null],
])("reads %s as %s", (claims, context) => {
  expect(authenticationContextOf(claims)).toBe(context);
});

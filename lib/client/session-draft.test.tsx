// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { clearDraft, useDraft } from "./session-draft";

type Form = { mdmId: string };
const isForm = (value: unknown): value is Form =>
  typeof value === "object" && value !== null && "mdmId" in value && typeof value.mdmId === "string";
const open = (key = "form") => renderHook(() => useDraft<Form>(key, { mdmId: "" }, isForm));

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

it("brings a half-filled form back after the page was left", () => {
  const before = open();
  act(() => before.result.current[1]({ mdmId: "half" }));
  before.unmount();
  expect(open().result.current[0]).toEqual({ mdmId: "half" });
});

it("keeps forms apart and forgets one that was sent", () => {
  const before = open();
  act(() => before.result.current[1]({ mdmId: "half" }));
  expect(open("other").result.current[0]).toEqual({ mdmId: "" });
  act(() => before.result.current[2]());
  expect(open().result.current[0]).toEqual({ mdmId: "" });
});

it("ignores what has another shape", () => {
  sessionStorage.setItem("arcwarden.draft.form", '{"mdmId":5}');
  expect(open().result.current[0]).toEqual({ mdmId: "" });
  clearDraft("form");
  expect(sessionStorage.getItem("arcwarden.draft.form")).toBeNull();
});

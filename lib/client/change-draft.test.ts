// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import { type ChangePreset, decodePreset, encodePreset } from "./change-draft";

beforeEach(() => sessionStorage.clear());

const REMOVE = (name: string) => ({
  kind: "remove" as const,
  assignmentId: `/subscriptions/s/providers/x/roleAssignments/${name}`,
});

it("brings a preset back from the address, whatever alphabet its names use", () => {
  const preset: ChangePreset = {
    who: [{ id: "p", kind: "user", displayName: "Zoë 王", detail: "", enabled: null, machineId: null }],
    roleIds: ["r"],
    wants: ["signInUser"],
    scopes: ["/subscriptions/s"],
    back: "/machines",
  };
  const text = encodePreset(preset);
  expect(text).toMatch(/^[\w-]+$/);
  expect(decodePreset(text)).toEqual(preset);
});

it("keeps a long preset in the tab and only its name in the address", () => {
  const changes = Array.from({ length: 100 }, (_, index) => REMOVE(String(index)));
  const text = encodePreset({ changes });
  expect(text.length).toBeLessThan(60);
  expect(decodePreset(text)).toEqual({ changes });
  expect(encodePreset({ changes })).toBe(text);
  expect(encodePreset({ changes: changes.toReversed() })).not.toBe(text);
  expect(sessionStorage).toHaveLength(2);
  sessionStorage.clear();
  expect(decodePreset(text)).toEqual({});
});

it.each(["", "%%%", "bm90IGpzb24", "stored.none"])("reads %j as an empty preset", (text) => {
  expect(decodePreset(text)).toEqual({});
});

it("drops what is not of the right shape and every way back that leaves the portal", () => {
  const encode = (value: unknown) => decodePreset(encodePreset(value as ChangePreset));
  expect(encode({ who: ["x"], roleIds: [1], wants: ["nothing"], changes: [{}], back: "//evil.example" })).toEqual({ wants: [] });
  expect(encode({ back: "https://evil.example" })).toEqual({});
  expect(encode({ back: "/\\evil.example" })).toEqual({});
});

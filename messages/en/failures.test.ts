import { describe, expect, it } from "vitest";
import { CERTIFICATE_STATES } from "../../lib/domain/certificate";
import { decodeFailure } from "../../lib/domain/extension-failure";
import { KNOWN_FAILURES } from "../../lib/domain/extension-failure-data";
import { hasMessage } from "../t";
import { failures } from "./failures";

function partsOf(id: string): string[] {
  const texts: Record<string, object> = failures.known;
  return Object.keys(texts[id] ?? {});
}

describe("words of extension failures", () => {
  it.each(KNOWN_FAILURES.map((row) => [row.id, row] as const))(
    "%s has exactly the causes and fixes that the table counts",
    (id, row) => {
      const wanted = [
        "meaning",
        ...Array.from({ length: row.causes }, (_, index) => `cause${index + 1}`),
        ...Array.from({ length: row.fixes }, (_, index) => `fix${index + 1}`),
      ];
      expect(partsOf(id).toSorted()).toEqual(wanted.toSorted());
    },
  );

  it("has no words for a failure that the table does not know", () => {
    expect(Object.keys(failures.known).toSorted()).toEqual(KNOWN_FAILURES.map((row) => row.id).toSorted());
  });

  it("has every key that a decoded failure names, for known and unknown codes", () => {
    for (const exitCode of [...KNOWN_FAILURES.map((row) => row.exitCode), 4711]) {
      const failure = decodeFailure({ code: null, message: `Extension exit code: ${exitCode}` });
      const keys = [failure.meaning, ...failure.likelyCauses, ...failure.fixes, `failures.confidence.${failure.confidence}`];
      expect(keys.filter((key) => !hasMessage(key))).toEqual([]);
    }
  });
});

describe("words of certificate states", () => {
  it("exist for every state", () => {
    expect(CERTIFICATE_STATES.filter((state) => !hasMessage(`certificate.state.${state}`))).toEqual([]);
  });
});

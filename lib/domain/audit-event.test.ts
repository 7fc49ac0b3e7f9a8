import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEventText } from "./audit-event";
import { auditEventText, canonicalJson } from "./audit-event";

const EVENT: AuditEventText = {
  seq: 7,
  at: "2026-11-21T12:00:00.000Z",
  tenantId: "t",
  operatorObjectId: "o",
  operatorName: 'Olivia "Ops"',
  action: "extension.deploy",
  targetId: "/subscriptions/s",
  outcome: "intent",
  operationId: null,
  traceId: "trace",
  detail: { b: 1, a: { d: [1, null], c: "x" } },
  previousHash: "00",
};

describe("canonical text", () => {
  it("writes one fixed text for one event", () => {
    expect(auditEventText(EVENT)).toBe(
      '{"seq":7,"at":"2026-11-21T12:00:00.000Z","tenantId":"t","operatorObjectId":"o","operatorName":"Olivia \\"Ops\\"",' +
        '"action":"extension.deploy","targetId":"/subscriptions/s","outcome":"intent","operationId":null,"traceId":"trace",' +
        '"detail":{"a":{"c":"x","d":[1,null]},"b":1},"previousHash":"00"}',
    );
  });

  it("does not depend on the order in which members were set", () => {
    expect(canonicalJson({ b: 1, a: { y: 1, x: 2 } })).toBe(canonicalJson({ a: { x: 2, y: 1 }, b: 1 }));
  });

  it("survives a round trip through JSON, as a database column does it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  it("changes with every single field", () => {
    const texts = Object.keys(EVENT).map((name) =>
      auditEventText({ ...EVENT, [name]: name === "detail" ? { z: 1 } : "changed" }),
    );
    expect(new Set([...texts, auditEventText(EVENT)]).size).toBe(Object.keys(EVENT).length + 1);
  });

  it("refuses what JSON would silently turn into null", () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
    expect(() => canonicalJson({ a: () => 1 })).toThrow(TypeError);
  });

  it("leaves undefined members out and writes dates as ISO text", () => {
    expect(canonicalJson({ a: undefined, b: new Date(0) })).toBe('{"b":"1970-01-01T00:00:00.000Z"}');
  });
});

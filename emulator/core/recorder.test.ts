import { describe, expect, it } from "vitest";
import { cleanBody, createRecorder, type Exchange } from "./recorder.ts";

function exchange(changes: Partial<Exchange> = {}): Omit<Exchange, "seq"> {
  return {
    atMs: 1,
    durationMs: 1,
    face: "arm",
    method: "GET",
    url: "https://management.azure.com/subscriptions?api-version=1",
    path: "/subscriptions",
    host: "management.azure.com",
    caller: null,
    requestHeaders: {},
    requestBody: "",
    status: 200,
    responseHeaders: { "content-type": "application/json" },
    responseBody: "{}",
    requestBodyCut: false,
    responseBodyCut: false,
    faultId: null,
    ...changes,
  };
}

describe("what is kept", () => {
  it("numbers exchanges from 1 and lists those after a number, of a face, and with a text in the address", () => {
    const recorder = createRecorder(() => 1_000);
    recorder.add(exchange());
    recorder.add(exchange({ face: "graph", url: "https://graph.microsoft.com/v1.0/me" }));
    recorder.add(exchange());
    expect(recorder.list({}).exchanges.map((row) => row.seq)).toEqual([1, 2, 3]);
    expect(recorder.list({ since: 2 }).exchanges.map((row) => row.seq)).toEqual([3]);
    expect(recorder.list({ face: "graph" }).exchanges.map((row) => row.seq)).toEqual([2]);
    expect(recorder.list({ path: "V1.0/ME" }).exchanges.map((row) => row.seq)).toEqual([2]);
  });

  it("goes on counting after a clear", () => {
    const recorder = createRecorder(() => 1_000);
    recorder.add(exchange());
    recorder.clear();
    recorder.add(exchange());
    expect(recorder.list({})).toMatchObject({ lastSeq: 2, dropped: 0, exchanges: [{ seq: 2 }] });
  });

  it("cuts long bodies and says so", () => {
    const recorder = createRecorder(() => 4);
    recorder.add(exchange({ responseBody: "12345", requestBody: "1234" }));
    expect(recorder.list({}).exchanges[0]).toMatchObject({
      responseBody: "1234",
      responseBodyCut: true,
      requestBody: "1234",
      requestBodyCut: false,
    });
  });

  it("drops the oldest beyond 20,000 and counts them", () => {
    const recorder = createRecorder(() => 10);
    for (let count = 0; count < 20_002; count += 1) recorder.add(exchange());
    const { exchanges, dropped } = recorder.list({});
    expect([exchanges.length, exchanges[0]?.seq, dropped]).toEqual([20_000, 3, 2]);
  });
});

describe("what is never kept", () => {
  it("authorization, cookies and codes in redirects", () => {
    const recorder = createRecorder(() => 1_000);
    const requestHeaders = { authorization: "Bearer secret", cookie: "a=secret", accept: "*/*" };
    const responseHeaders = { location: "http://localhost/auth/redirect#code=secret&state=s", "set-cookie": "b=secret" };
    recorder.add(exchange({ requestHeaders, responseHeaders }));
    const [row] = recorder.list({}).exchanges;
    expect(JSON.stringify(row)).not.toContain("secret");
    expect(row?.requestHeaders).toEqual({ accept: "*/*" });
    expect(row?.responseHeaders.location).toBe("http://localhost/auth/redirect#code=removed-by-local-azure&state=s");
  });

  it("secrets and tokens in forms and in JSON at any depth", () => {
    const form = cleanBody(
      "application/x-www-form-urlencoded",
      "grant_type=x&client_secret=s&assertion=s&code=s&code_verifier=s&refresh_token=s",
    );
    expect(form).toBe(
      "grant_type=x&client_secret=removed-by-local-azure&assertion=removed-by-local-azure&code=removed-by-local-azure&code_verifier=removed-by-local-azure&refresh_token=removed-by-local-azure",
    );
    const body = JSON.stringify({ token_type: "Bearer", access_token: "s", inner: [{ refresh_token: "s", id_token: "s" }] });
    expect(cleanBody("application/json", body)).not.toMatch(/"s"/);
    const settings = JSON.stringify({ properties: { type: "X", protectedSettings: { key: "s" } } });
    expect(JSON.parse(cleanBody("application/json", settings))).toEqual({
      properties: { type: "X", protectedSettings: "removed-by-local-azure" },
    });
  });

  it("codes and flow ids in the hidden fields of sign-in pages", () => {
    const page =
      '<input type="hidden" name="flow" value="s"><input type="hidden" name="code" value="s"><input name="step" value="account">';
    const cleaned = cleanBody("text/html; charset=utf-8", page);
    expect(cleaned).not.toContain('value="s"');
    expect(cleaned).toContain('name="step" value="account"');
  });

  it("leaves other JSON byte for byte, error codes included", () => {
    const body = '{ "error": { "code": "ResourceNotFound" } }';
    expect(cleanBody("application/json", body)).toBe(body);
  });
});

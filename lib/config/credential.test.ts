import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCredential } from "./credential";

const folder = mkdtempSync(join(tmpdir(), "credential-"));
const path = (name: string) => join(folder, name);
const none = { clientSecret: undefined, certificatePath: undefined, certificateKeyPath: undefined, federatedClientId: undefined };

let fingerprint: string;

beforeAll(async () => {
  const [own, other] = await Promise.all([
    generate([{ name: "commonName", value: "a" }]),
    generate([{ name: "commonName", value: "b" }]),
  ]);
  writeFileSync(path("both.pem"), `${own.private}\n${own.cert}`);
  writeFileSync(path("certificate.pem"), own.cert);
  writeFileSync(path("key.pem"), own.private);
  writeFileSync(path("other-key.pem"), other.private);
  writeFileSync(
    path("broken.pem"),
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
  );
  const { X509Certificate } = await import("node:crypto");
  fingerprint = new X509Certificate(own.cert).fingerprint256.replaceAll(":", "");
});

afterAll(() => rmSync(folder, { recursive: true }));

function problem(certificatePath: string, certificateKeyPath?: string): string {
  const result = readCredential({
    ...none,
    certificatePath: path(certificatePath),
    certificateKeyPath: certificateKeyPath && path(certificateKeyPath),
  });
  return result.ok ? "" : result.problem;
}

describe("a certificate credential", () => {
  it("is read from one file with both, and from two files", () => {
    for (const input of [
      { ...none, certificatePath: path("both.pem") },
      { ...none, certificatePath: path("certificate.pem"), certificateKeyPath: path("key.pem") },
    ]) {
      const result = readCredential(input);
      expect(result).toMatchObject({ ok: true, credential: { kind: "certificate", thumbprintSha256: fingerprint } });
    }
  });

  it("is refused with the variable and the reason", () => {
    expect(problem("absent.pem")).toMatch(/^CLIENT_CERTIFICATE_PATH: the file .* cannot be read \(ENOENT\)/);
    expect(problem("certificate.pem", "absent.pem")).toMatch(/^CLIENT_CERTIFICATE_KEY_PATH: the file/);
    expect(problem("key.pem")).toContain("holds no certificate");
    expect(problem("certificate.pem")).toContain("holds no unencrypted private key");
    expect(problem("certificate.pem", "other-key.pem")).toContain("does not belong to the certificate");
    expect(problem("broken.pem")).toContain("not a certificate and key that can be parsed");
  });

  it("never puts key material into a refusal", () => {
    expect(problem("certificate.pem", "other-key.pem")).not.toContain("PRIVATE KEY");
  });
});

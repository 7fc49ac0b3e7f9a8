import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Secret } from "./secret";

/** How the portal proves to Entra that it is the registered application. */
export type ServerCredential =
  | { kind: "secret"; clientSecret: Secret }
  | { kind: "certificate"; thumbprintSha256: string; certificate: string; privateKey: Secret }
  | { kind: "federated"; managedIdentityClientId: string | null };

export type CredentialInput = {
  clientSecret: string | undefined;
  certificatePath: string | undefined;
  certificateKeyPath: string | undefined;
  federatedClientId: string | undefined;
};

export type CredentialResult = { ok: true; credential: ServerCredential } | { ok: false; problem: string };

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;
const KEY_BLOCK = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA |EC )?PRIVATE KEY-----/;

function readPem(path: string, variable: string): { ok: true; text: string } | { ok: false; problem: string } {
  try {
    return { ok: true, text: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "not readable";
    return { ok: false, problem: `${variable}: the file ${path} cannot be read (${reason}). Set it to a readable PEM file.` };
  }
}

function certificateCredential(certificatePath: string, keyPath: string | undefined): CredentialResult {
  const certificateFile = readPem(certificatePath, "CLIENT_CERTIFICATE_PATH");
  if (!certificateFile.ok) return certificateFile;
  const keyFile = keyPath === undefined ? certificateFile : readPem(keyPath, "CLIENT_CERTIFICATE_KEY_PATH");
  if (!keyFile.ok) return keyFile;

  const certificate = CERTIFICATE_BLOCK.exec(certificateFile.text)?.[0];
  if (certificate === undefined) {
    return {
      ok: false,
      problem: `CLIENT_CERTIFICATE_PATH: ${certificatePath} holds no certificate. Set it to a PEM file with one.`,
    };
  }
  const privateKey = KEY_BLOCK.exec(keyFile.text)?.[0];
  if (privateKey === undefined) {
    return {
      ok: false,
      problem: `CLIENT_CERTIFICATE_KEY_PATH: ${keyPath ?? certificatePath} holds no unencrypted private key. Add the key to the file or set the path of a PEM file with it.`,
    };
  }
  return checkedPair(certificate, privateKey, certificatePath);
}

function checkedPair(certificate: string, privateKey: string, certificatePath: string): CredentialResult {
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(privateKey))) {
      return {
        ok: false,
        problem: `CLIENT_CERTIFICATE_PATH: the private key does not belong to the certificate of ${certificatePath}. Set both from the same pair.`,
      };
    }
    const thumbprintSha256 = parsed.fingerprint256.replaceAll(":", "");
    return { ok: true, credential: { kind: "certificate", thumbprintSha256, certificate, privateKey: new Secret(privateKey) } };
  } catch {
    return {
      ok: false,
      problem: `CLIENT_CERTIFICATE_PATH: ${certificatePath} is not a certificate and key that can be parsed. Set it to a valid PEM file.`,
    };
  }
}

/** Exactly one of certificate, federated identity and secret. The problem names the variables. */
export function readCredential(input: CredentialInput): CredentialResult {
  const given = [
    ["CLIENT_CERTIFICATE_PATH", input.certificatePath],
    ["FEDERATED_CLIENT_ID", input.federatedClientId],
    ["CLIENT_SECRET", input.clientSecret],
  ].filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(" and ");
    return {
      ok: false,
      problem: `${names} are set together. Keep the one the portal should prove itself with and unset the others.`,
    };
  }
  if (input.certificatePath !== undefined) return certificateCredential(input.certificatePath, input.certificateKeyPath);
  if (input.federatedClientId !== undefined) {
    return {
      ok: true,
      credential: {
        kind: "federated",
        managedIdentityClientId: input.federatedClientId === "system" ? null : input.federatedClientId,
      },
    };
  }
  if (input.clientSecret !== undefined) {
    return { ok: true, credential: { kind: "secret", clientSecret: new Secret(input.clientSecret) } };
  }
  return {
    ok: false,
    problem:
      "CLIENT_CERTIFICATE_PATH, FEDERATED_CLIENT_ID or CLIENT_SECRET is missing. Set one of them, so that the portal can prove that it is the registered application.",
  };
}

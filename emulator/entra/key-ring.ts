import { randomBytes } from "node:crypto";
import { type CryptoKey, compactVerify, exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from "jose";

type SigningKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK; publicKey: CryptoKey };

/** Signing keys of the local Entra. The document shows the current key and the one before, as Entra overlaps them. */
export type KeyRing = {
  sign(claims: JWTPayload): Promise<string>;
  publicKeys(): { keys: JWK[] };
  /** The claims when one of our keys signed the token; null otherwise. Times and audience are the caller's business. */
  readSigned(token: string): Promise<JWTPayload | null>;
  rotate(): Promise<string>;
  /** Private keys for a later start, newest first. */
  save(): Promise<SavedKey[]>;
};

export type SavedKey = { kid: string; jwk: JWK };

/** Verified tokens that are remembered; a fleet page asks with the same token hundreds of times. */
const MOST_REMEMBERED = 2_000;

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  const kid = randomBytes(20).toString("base64url");
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), use: "sig", alg: "RS256", kid };
  return { kid, privateKey, publicKey, publicJwk };
}

async function loadSigningKey({ kid, jwk }: SavedKey): Promise<SigningKey> {
  const { kty, n, e } = jwk;
  const publicJwk: JWK = { kty, n, e, use: "sig", alg: "RS256", kid } as JWK;
  const privateKey = (await importJWK(jwk, "RS256", { extractable: true })) as CryptoKey;
  const publicKey = (await importJWK(publicJwk, "RS256")) as CryptoKey;
  return { kid, privateKey, publicKey, publicJwk };
}

/** With the keys of an earlier start its tokens stay valid. */
export async function createKeyRing(saved: readonly SavedKey[] = []): Promise<KeyRing> {
  const [first, second] = saved;
  let current = first === undefined ? await createSigningKey() : await loadSigningKey(first);
  let previous: SigningKey | null = second === undefined ? null : await loadSigningKey(second);
  const remembered = new Map<string, JWTPayload>();
  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT", kid: current.kid }).sign(current.privateKey),
    publicKeys: () => ({ keys: previous === null ? [current.publicJwk] : [current.publicJwk, previous.publicJwk] }),
    readSigned: async (token) => {
      const known = remembered.get(token);
      if (known !== undefined) return known;
      try {
        const { payload } = await compactVerify(
          token,
          (header) => {
            const key = [current, previous].find((candidate) => candidate?.kid === header.kid);
            if (key === undefined || key === null) throw new Error("unknown kid");
            return key.publicKey;
          },
          { algorithms: ["RS256"] },
        );
        const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
        if (typeof claims !== "object" || claims === null) return null;
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        remembered.set(token, claims as JWTPayload);
        return claims as JWTPayload;
      } catch {
        return null;
      }
    },
    rotate: async () => {
      const next = await createSigningKey();
      previous = current;
      current = next;
      remembered.clear();
      return current.kid;
    },
    save: () => {
      const keys = previous === null ? [current] : [current, previous];
      return Promise.all(keys.map(async ({ kid, privateKey }) => ({ kid, jwk: await exportJWK(privateKey) })));
    },
  };
}

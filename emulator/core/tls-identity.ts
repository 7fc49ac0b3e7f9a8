export type TlsIdentity = { key: string; cert: string; caPem: string };

const VALID_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * A certificate for localhost and 127.0.0.1, signed by an authority made for this start. Clients trust caPem, for example
 * through NODE_EXTRA_CA_CERTS; the authority's key is thrown away.
 */
export async function createTlsIdentity(nowMs: number): Promise<TlsIdentity> {
  // A tenth of the time of a start, and most starts need no certificate.
  const { generate } = await import("selfsigned");
  const dates = { notBeforeDate: new Date(nowMs - DAY_MS), notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS) };
  const authority = await generate([{ name: "commonName", value: "Local Azure test authority" }], {
    ...dates,
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    ...dates,
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { key: server.private, cert: server.cert, caPem: authority.cert };
}

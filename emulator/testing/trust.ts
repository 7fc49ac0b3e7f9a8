import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Makes every TLS client of this process trust one more authority, as NODE_EXTRA_CA_CERTS does from the start. Gives the way back. */
export function trustAuthority(caPem: string): () => void {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, caPem]);
  return () => setDefaultCACertificates(before);
}

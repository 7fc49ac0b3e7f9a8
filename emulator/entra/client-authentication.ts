import { createPublicKey, type KeyObject } from "node:crypto";
import { compactVerify, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { isLoopbackOrigin } from "../core/authenticate.ts";
import type { WireRequest } from "../core/contract.ts";
import { textOf } from "../core/text.ts";
import { type AppRegistration, LOCAL_AUTHORITY } from "../world/types.ts";
import type { EntraDeps } from "./deps.ts";
import { EntraError } from "./errors.ts";
import type { Form } from "./form.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const CLOCK_TOLERANCE_SECONDS = 300;
const NO_CREDENTIAL = { secret: null, assertion: null };

export type ClientCredentials = { clientId: string; secret: string | null; assertion: string | null };

/** Client id and credential of a token request, from the form or from HTTP Basic. */
export function readClientCredentials(request: WireRequest, form: Form): ClientCredentials {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (basic !== undefined) {
    const [id, ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
    return { clientId: decodeURIComponent(id ?? ""), secret: decodeURIComponent(rest.join(":")), assertion: null };
  }
  const assertion = form.get("client_assertion");
  if (assertion !== null && form.get("client_assertion_type") !== ASSERTION_TYPE)
    throw new EntraError(900144, ["client_assertion_type"]);
  const clientId = form.get("client_id") ?? (assertion === null ? form.require("client_id") : readIssuer(assertion));
  return { ...NO_CREDENTIAL, clientId, secret: form.get("client_secret"), assertion };
}

function readIssuer(assertion: string): string {
  try {
    return decodeJwt(assertion).iss ?? "";
  } catch {
    throw new EntraError(50013, ["The client assertion is not a JWT."], { error: "invalid_client" });
  }
}

/** Proves the confidential client by secret, certificate or federated credential. Throws the refusal of Entra otherwise. */
export async function authenticateClient(args: {
  deps: EntraDeps;
  request: WireRequest;
  app: AppRegistration;
  credentials: ClientCredentials;
}): Promise<void> {
  const { app, credentials } = args;
  if (credentials.assertion !== null) {
    await checkAssertion({ ...args, assertion: credentials.assertion });
    return;
  }
  if (credentials.secret === null) throw new EntraError(7000218);
  if (!app.secrets.includes(credentials.secret)) throw new EntraError(7000215, [app.appId]);
}

type AssertionArgs = { deps: EntraDeps; request: WireRequest; app: AppRegistration; assertion: string };

async function checkAssertion(args: AssertionArgs): Promise<void> {
  let issuer: string | undefined;
  let thumbprint: unknown;
  try {
    issuer = decodeJwt(args.assertion).iss;
    thumbprint = decodeProtectedHeader(args.assertion)["x5t#S256"];
  } catch {
    throw new EntraError(50013, ["The client assertion is not a JWT."], { error: "invalid_client" });
  }
  if (issuer === args.app.appId) await checkCertificateAssertion(args, typeof thumbprint === "string" ? thumbprint : null);
  else await checkFederatedAssertion(args, issuer ?? "");
}

async function checkCertificateAssertion(args: AssertionArgs, thumbprint: string | null): Promise<void> {
  const { app, assertion } = args;
  const registered = app.certificates.find((certificate) => certificate.thumbprintSha256 === thumbprint);
  if (registered === undefined) {
    throw new EntraError(700027, [`The key was not found, x5t#S256 '${thumbprint ?? "absent"}'.`]);
  }
  const key: KeyObject = createPublicKey(registered.publicKeyPem);
  let claims: JWTPayload;
  try {
    const { payload } = await compactVerify(assertion, key, { algorithms: ["RS256", "PS256"] });
    claims = JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
  } catch {
    throw new EntraError(700027, ["The signature could not be verified with the registered key."]);
  }
  checkAssertionTimes(args.deps, claims);
  if (claims.iss !== app.appId || claims.sub !== app.appId) throw new EntraError(700021);
  if (!isOwnAudience(claims.aud, args.request)) throw new EntraError(700023, [textOf(claims.aud)]);
}

function checkAssertionTimes(deps: EntraDeps, claims: JWTPayload): void {
  const now = deps.wallNowMs() / 1_000;
  const startsLate = (claims.nbf ?? 0) > now + CLOCK_TOLERANCE_SECONDS;
  if (claims.exp !== undefined && claims.exp + CLOCK_TOLERANCE_SECONDS > now && !startsLate) return;
  const show = (seconds: number | undefined) => (seconds === undefined ? "absent" : new Date(seconds * 1_000).toISOString());
  throw new EntraError(700024, [new Date(now * 1_000).toISOString(), show(claims.nbf), show(claims.exp)]);
}

/** The audience is the token endpoint or the issuer of this authority, by any of its names. */
function isOwnAudience(audience: unknown, request: WireRequest): boolean {
  const list = Array.isArray(audience) ? audience : [audience];
  const segment = (request.params.tenant ?? "").toLowerCase();
  return list.some((entry) => {
    if (typeof entry !== "string" || !URL.canParse(entry)) return false;
    const url = new URL(entry);
    const known = url.origin === request.origin || url.origin === LOCAL_AUTHORITY || isLoopbackOrigin(url.origin);
    const [first = "", ...rest] = url.pathname.toLowerCase().split("/").filter(Boolean);
    return known && first === segment && ["oauth2/v2.0/token", "v2.0"].includes(rest.join("/"));
  });
}

async function checkFederatedAssertion(args: AssertionArgs, issuer: string): Promise<void> {
  const sameIssuer = args.app.federated.filter((credential) => credential.issuer === issuer);
  const [first] = sameIssuer;
  if (first === undefined) throw new EntraError(700211, [issuer]);
  const claims = decodeJwt(args.assertion);
  const credential = sameIssuer.find((row) => row.subject === claims.sub);
  if (credential === undefined) throw new EntraError(700213, [claims.sub ?? ""]);
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(credential.audience)) throw new EntraError(700212, [textOf(claims.aud)]);
  // Local Azure talks to nobody outside this machine.
  if (!isLoopbackOrigin(credential.jwksUri))
    throw new EntraError(50013, ["The keys of the issuer are not on this machine."], { error: "invalid_client" });
  checkAssertionTimes(args.deps, claims);
  try {
    const keys = createRemoteJWKSet(new URL(credential.jwksUri));
    const currentDate = new Date(args.deps.wallNowMs());
    await jwtVerify(args.assertion, keys, { algorithms: ["RS256"], currentDate, clockTolerance: CLOCK_TOLERANCE_SECONDS });
  } catch {
    throw new EntraError(50013, ["Key was not found or the signature is wrong."], { error: "invalid_client" });
  }
}

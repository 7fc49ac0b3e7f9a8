import { savePending } from "./api-pending";
import { ApiProblem, readProblem, unreachableProblem } from "./api-problem";
import { getAuth } from "./auth";
import { type AuthSession, InteractionNeeded } from "./auth-session";
import { RENEWAL, readStored, removeStored, writeStored } from "./session-store";

export type ApiInit = {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** A request nobody waits for: what is to be shown goes first; never leaves the page for a sign-in, throws the problem instead. */
  background?: boolean;
};

type Demand = { claims: string | null };

const RENEWAL_LOOP_MS = 60_000;

/** `asked`: the claims that led to Entra for this request, "" for none. */
type Renewal = { path: string; asked: string[]; atMs: number };

function isRenewal(value: unknown): value is Renewal {
  if (typeof value !== "object" || value === null) return false;
  return "path" in value && "asked" in value && Array.isArray(value.asked) && "atMs" in value && typeof value.atMs === "number";
}

/** What a 401 asks for. Accepts base64 and base64url, as Entra uses both. */
export function demandOf(header: string | null): Demand {
  const encoded = /claims="([A-Za-z0-9+/=_-]+)"/.exec(header ?? "")?.[1];
  if (encoded === undefined) return { claims: null };
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    return { claims: new TextDecoder().decode(bytes) };
  } catch {
    return { claims: null };
  }
}

const isWrite = (init: ApiInit): boolean => (init.method ?? "GET") !== "GET";

async function send(path: string, init: ApiInit, token: string): Promise<Response> {
  try {
    return await fetch(path, {
      method: init.method ?? "GET",
      headers: {
        accept: "application/json",
        ...init.headers,
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
        authorization: `Bearer ${token}`,
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
      ...(init.background === true ? { priority: "low" } : {}),
      cache: "no-store",
      redirect: "error",
    });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw unreachableProblem(error);
  }
}

/** What this request has just led to Entra for. One request may need several step-ups, each of them once. */
function justAsked(path: string): string[] {
  const last = readStored(RENEWAL, isRenewal);
  return last !== null && last.path === path && Date.now() - last.atMs < RENEWAL_LOOP_MS ? last.asked : [];
}

/** True when a return from Entra was for the same demand: asking again would go round in circles. */
function justRenewed(path: string, claims: string | null): boolean {
  return justAsked(path).includes(claims ?? "");
}

/** A sign-in that has just been refused must be read, not begun again by the page's next request. */
function mayNotLeave(auth: AuthSession): boolean {
  const state = auth.getState();
  return state.kind === "signedOut" || (state.kind === "signedIn" && state.failure !== undefined);
}

type Write = { path: string; init: ApiInit };
/** Writes of this page that have no answer yet; what a page may give up again is a question in the form of one. */
const unanswered = new Set<Write>();

function keep(auth: AuthSession, { path, init }: Write): void {
  const state = auth.getState();
  if (state.kind !== "signedIn") return;
  savePending({
    path,
    method: init.method ?? "GET",
    body: init.body,
    page: window.location.pathname,
    homeAccountId: state.account.homeAccountId,
    tenantId: state.account.tenantId,
    atMs: Date.now(),
  });
}

async function leaveForRenewal(auth: AuthSession, path: string, init: ApiInit, claims: string | null): Promise<never> {
  // A read may be refused first and take the page away from a write whose answer is still on its way.
  const write = isWrite(init) ? { path, init } : [...unanswered].at(-1);
  if (write !== undefined) keep(auth, write);
  const renewal: Renewal = { path, asked: [...justAsked(path), claims ?? ""], atMs: Date.now() };
  writeStored(RENEWAL, renewal);
  return auth.renew(claims === null ? {} : { claims });
}

async function tokenOrRenewal(
  auth: AuthSession,
  path: string,
  init: ApiInit,
  options: { claims?: string; forceRefresh?: boolean },
  refused: ApiProblem | null,
): Promise<string> {
  try {
    return await auth.getToken(options);
  } catch (error) {
    if (!(error instanceof InteractionNeeded)) throw refused ?? unreachableProblem(error);
    const claims = options.claims ?? null;
    if (init.background === true || mayNotLeave(auth) || justRenewed(path, claims)) throw refused ?? expiredProblem(error);
    return leaveForRenewal(auth, path, init, claims);
  }
}

function expiredProblem(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      type: "urn:arcwarden:problem:unauthenticated",
      title: "Sign-in needed",
      status: 401,
      code: "unauthenticated",
      detail: "Your sign-in has expired.",
      nextStep: "Sign in again. What is on this page stays.",
      traceId: "",
    },
    cause,
  );
}

/**
 * Calls the portal's API with the operator's token. On 401 it gets a new token (with the demanded claims) and repeats once;
 * when only the person can satisfy the demand, it keeps a write, leaves for Entra and comes back to the same page.
 * Throws ApiProblem for every answer that is not 2xx.
 */
export async function apiResponse(path: string, init: ApiInit = {}): Promise<Response> {
  if (!isWrite(init) || init.signal !== undefined || init.background === true) return answerOf(path, init);
  const write = { path, init };
  unanswered.add(write);
  try {
    return await answerOf(path, init);
  } finally {
    unanswered.delete(write);
  }
}

async function answerOf(path: string, init: ApiInit): Promise<Response> {
  const auth = getAuth();
  const first = await send(path, init, await tokenOrRenewal(auth, path, init, {}, null));
  if (first.ok) {
    if (readStored(RENEWAL, isRenewal)?.path === path) removeStored(RENEWAL);
    return first;
  }
  const problem = await readProblem(first);
  if (first.status !== 401) throw problem;

  const { claims } = demandOf(first.headers.get("www-authenticate"));
  const renewed = await tokenOrRenewal(auth, path, init, claims === null ? { forceRefresh: true } : { claims }, problem);
  const second = await send(path, init, renewed);
  if (second.ok) return second;
  const refused = await readProblem(second);
  const again = second.status === 401 ? demandOf(second.headers.get("www-authenticate")) : null;
  if (again === null || again.claims === null) throw refused;
  if (init.background === true || mayNotLeave(auth) || justRenewed(path, again.claims)) throw refused;
  return leaveForRenewal(auth, path, init, again.claims);
}

/** The parsed JSON answer of `apiResponse`; undefined for an empty answer. `T` is declared in lib/domain/api.ts. */
export async function apiFetch<T>(path: string, init: ApiInit = {}): Promise<T> {
  const response = await apiResponse(path, init);
  const text = await response.text();
  // The portal's own API answers with the shapes of lib/domain/api.ts.
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

import "server-only";
import { createHmac } from "node:crypto";
import type { ServerConfig } from "@/lib/config/env";
import type { NoticeTarget } from "@/lib/domain/notices/types";
import type { NoticeAnswer, NoticeTransport } from "@/lib/jobs/notice-sender";

/** Longest silence of a receiver. Well below the lease of a notice. */
const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_S = 3_600;

/**
 * The signature of a body: `t` is the time of this attempt in seconds, `v1` the HMAC-SHA256 of "<t>.<body>" in hex. A receiver
 * recomputes it over the raw bytes and refuses old times, so that a recorded delivery cannot be played again.
 */
export function signatureOf(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_S * 1000);
}

/** Why there was no answer, in words that name neither address nor secret. */
function silence(error: unknown): Error {
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return new Error(`The receiver did not answer within ${TIMEOUT_MS / 1000} seconds.`);
  const cause =
    error instanceof Error && error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : "no connection";
  return new Error(`The receiver could not be reached (${cause}).`);
}

/**
 * Sends notices to the configured addresses and nowhere else: https, or http to this computer in local mode, checked when the
 * configuration is read. Redirects are not followed and the answer's body is not read.
 */
export function createNoticeTransport(
  config: Pick<ServerConfig, "notices" | "version">,
  now: () => Date,
  timeoutMs = TIMEOUT_MS,
): NoticeTransport {
  const { webhook, teams } = config.notices;
  const targets: NoticeTarget[] = [
    ...(webhook === null ? [] : (["json"] as const)),
    ...(teams === null ? [] : (["teams"] as const)),
  ];
  return {
    targets,
    async send({ eventId, kind, target, body, attempt }): Promise<NoticeAnswer> {
      const url = (target === "json" ? webhook : teams)?.url.reveal();
      if (url === undefined) throw new Error("The target is not configured any more.");
      const headers: Record<string, string> = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": `arcwarden/${config.version}`,
        "x-arcwarden-event-id": eventId,
        "x-arcwarden-event": kind,
        "x-arcwarden-attempt": String(attempt),
      };
      if (target === "json" && webhook !== null)
        headers["x-arcwarden-signature"] = signatureOf(webhook.secret.reveal(), body, now());
      let response: Response;
      try {
        response = await fetch(url, {
          method: "POST",
          headers,
          body,
          redirect: "manual",
          cache: "no-store",
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw silence(error);
      }
      await response.body?.cancel().catch(() => undefined);
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get("retry-after"), now()) };
    },
  };
}

/** Host of a target for people; the rest of the address may be a secret. */
export function hostOf(config: Pick<ServerConfig, "notices">, target: NoticeTarget): string | null {
  const url = (target === "json" ? config.notices.webhook : config.notices.teams)?.url.reveal();
  return url === undefined ? null : new URL(url).host;
}

import { formatDate } from "@/lib/client/format";
import type { CertificateVerdict } from "@/lib/domain/api";
import { CERTIFICATE_VALIDITY_DAYS, RENEWAL_WINDOW_DAYS } from "@/lib/domain/certificate";
import { DAY_MS } from "@/lib/domain/certificate-state";
import { t } from "@/messages/t";

const FILL: Record<CertificateVerdict["state"], string> = {
  ok: "fill-ok",
  "renewal-window": "fill-info",
  "renewal-stuck": "fill-warn",
  "at-risk": "fill-warn",
  critical: "fill-bad",
  expired: "fill-bad",
  estimated: "fill-line-strong",
  unknown: "fill-line-strong",
};

type Scale = { from: number; to: number };

function share(value: number, { from, to }: Scale): number {
  return to <= from ? 0 : Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
}

function scaleOf(certificate: CertificateVerdict): Scale | null {
  if (certificate.endsAt !== null) {
    const to = Date.parse(certificate.endsAt);
    const start = certificate.startsAt === null ? Number.NaN : Date.parse(certificate.startsAt);
    return { from: Number.isNaN(start) ? to - CERTIFICATE_VALIDITY_DAYS * DAY_MS : start, to };
  }
  if (certificate.estimate === null) return null;
  const to = Date.parse(certificate.estimate.to);
  return { from: to - CERTIFICATE_VALIDITY_DAYS * DAY_MS, to };
}

function sentence(certificate: CertificateVerdict, scale: Scale, nowMs: number): string {
  const today = formatDate(nowMs);
  if (certificate.estimate !== null && certificate.endsAt === null) {
    const { from, to } = certificate.estimate;
    return t("machine.certificate.bar.range", { from: formatDate(from), to: formatDate(to), today });
  }
  const window = formatDate(scale.to - RENEWAL_WINDOW_DAYS * DAY_MS);
  return t("machine.certificate.bar.exact", { start: formatDate(scale.from), end: formatDate(scale.to), window, today });
}

/** The life of the certificate as a bar: what has passed, what is left, where renewal opens, where today is. */
export function ValidityBar({ certificate, nowMs }: { certificate: CertificateVerdict; nowMs: number }) {
  const scale = scaleOf(certificate);
  if (scale === null) return <p className="text-[0.8125rem] text-muted">{t("machine.certificate.bar.none")}</p>;
  const today = share(nowMs, scale);
  const mark = share(scale.to - RENEWAL_WINDOW_DAYS * DAY_MS, scale);
  const range = certificate.endsAt === null && certificate.estimate !== null ? certificate.estimate : null;
  const left = range === null ? today : share(Date.parse(range.from), scale);
  const words = sentence(certificate, scale, nowMs);
  return (
    <figure className="min-w-0">
      <svg
        role="img"
        aria-label={`${t("machine.certificate.bar.label")}. ${words}`}
        className="block h-9 w-full overflow-visible"
      >
        <rect x="0" y="14" width="100%" height="8" rx="4" className="fill-line" />
        <rect
          x={`${left}%`}
          y="14"
          width={`${100 - left}%`}
          height="8"
          rx="4"
          className={FILL[certificate.state]}
          opacity={range === null ? 1 : 0.55}
        />
        <line x1={`${mark}%`} x2={`${mark}%`} y1="10" y2="26" className="stroke-foreground" strokeWidth="1.5" />
        <line x1={`${today}%`} x2={`${today}%`} y1="6" y2="30" className="stroke-primary" strokeWidth="2" />
        <circle cx={`${today}%`} cy="6" r="3.5" className="fill-primary" />
      </svg>
      <div aria-hidden className="flex justify-between gap-2 text-2xs text-muted">
        <span>{formatDate(scale.from)}</span>
        <span>
          {t("machine.certificate.bar.renewal")} {formatDate(scale.to - RENEWAL_WINDOW_DAYS * DAY_MS)}
        </span>
        <span>{formatDate(scale.to)}</span>
      </div>
    </figure>
  );
}

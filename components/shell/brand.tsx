import { t } from "@/messages/t";

export function Brand() {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="0 0 24 24" aria-hidden="true" className="size-6 shrink-0">
        <rect width="24" height="24" rx="6" className="fill-primary" />
        <path d="M6.5 16.5a5.5 5.5 0 0 1 11 0" fill="none" strokeWidth="2" strokeLinecap="round" className="stroke-on-primary" />
        <circle cx="12" cy="9" r="2.6" className="fill-on-primary" />
        <path d="M5.5 19h13" strokeWidth="2" strokeLinecap="round" className="stroke-on-primary" />
      </svg>
      <span className="font-semibold text-[0.9375rem] tracking-tight">{t("common.product")}</span>
    </span>
  );
}

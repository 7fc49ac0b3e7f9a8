import { X } from "lucide-react";
import { t } from "@/messages/t";

export function FilterChip({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={t("accessFleet.matrix.removeFilter", { name })}
      className="inline-flex h-6 max-w-72 items-center gap-1.5 rounded-full border border-info/30 bg-info-soft px-2.5 font-medium text-info text-xs hover:border-info"
    >
      <span className="truncate">{name}</span>
      <X aria-hidden className="size-3 shrink-0" />
    </button>
  );
}

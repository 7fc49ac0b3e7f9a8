import { Skeleton } from "@/components/ui/skeleton";
import { t } from "@/messages/t";

export default function Loading() {
  return (
    <div role="status" className="grid gap-4 p-4 md:p-5">
      <span className="sr-only">{t("common.loading")}</span>
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

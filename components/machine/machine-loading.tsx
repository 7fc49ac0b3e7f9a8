import { Skeleton } from "@/components/ui/skeleton";
import { t } from "@/messages/t";

/** The frame of the machine page while Azure is being asked, in the places where the parts will stand. */
export function MachineLoading({ name }: { name: string }) {
  return (
    <div className="grid grid-cols-1 gap-4" aria-busy="true">
      <h1 className="break-words font-semibold text-xl tracking-tight">{name}</h1>
      <p role="status" className="text-[0.8125rem] text-muted">
        {t("machine.loading", { name })}
      </p>
      <div className="grid gap-3 md:grid-cols-2">
        <Skeleton className="h-20" />
        <Skeleton className="h-20" />
      </div>
      <Skeleton className="h-28" />
      <div className="grid gap-4 xl:grid-cols-2">
        <Skeleton className="h-64" />
        <Skeleton className="h-64" />
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}

import type { Metadata } from "next";
import { Suspense } from "react";
import { MachinesPage } from "@/components/machines/machines-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("machines.title") };

export default function Page() {
  return (
    <Suspense>
      <MachinesPage />
    </Suspense>
  );
}

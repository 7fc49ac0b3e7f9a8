import type { Metadata } from "next";
import { Suspense } from "react";
import { AccessPage } from "@/components/access/fleet/access-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("accessFleet.title") };

export default function Page() {
  return (
    <Suspense>
      <AccessPage />
    </Suspense>
  );
}

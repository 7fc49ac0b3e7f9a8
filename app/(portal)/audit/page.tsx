import type { Metadata } from "next";
import { Suspense } from "react";
import { AuditPage } from "@/components/audit/audit-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("audit.title") };

export default function Page() {
  return (
    <Suspense>
      <AuditPage />
    </Suspense>
  );
}

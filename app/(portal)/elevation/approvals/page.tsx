import type { Metadata } from "next";
import { ApprovalsPage } from "@/components/elevation/approvals-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("elevation.approvals.title") };

export default function Page() {
  return <ApprovalsPage />;
}

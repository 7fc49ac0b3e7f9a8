import type { Metadata } from "next";
import { BatchPage } from "@/components/elevation/batch-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("elevation.batch.pageTitle") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <BatchPage id={(await params).id} />;
}

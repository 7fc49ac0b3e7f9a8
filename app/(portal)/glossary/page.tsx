import type { Metadata } from "next";
import { GlossaryPage } from "@/components/settings/glossary-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("glossary.title") };

export default function Page() {
  return <GlossaryPage />;
}

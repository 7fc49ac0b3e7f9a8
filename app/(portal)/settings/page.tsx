import type { Metadata } from "next";
import { NoticesCard } from "@/components/notices/notices-card";
import { SettingsPage } from "@/components/settings/settings-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("settings.title") };

export default function Page() {
  return <SettingsPage notices={<NoticesCard />} />;
}

import type { Metadata } from "next";
import { MinePage } from "@/components/elevation/mine-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("elevation.mine.title") };

export default function Page() {
  return <MinePage />;
}

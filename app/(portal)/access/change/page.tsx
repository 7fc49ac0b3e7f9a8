import type { Metadata } from "next";
import { ChangeFlowPage } from "@/components/access/change-flow/change-flow-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("access.change.title") };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: Props) {
  const { preset } = await searchParams;
  const presetText = typeof preset === "string" ? preset : "";
  return <ChangeFlowPage key={presetText} presetText={presetText} />;
}

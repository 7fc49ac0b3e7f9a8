import type { Metadata } from "next";
import { WizardPage } from "@/components/rollout-new/wizard-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("rolloutWizard.pageTitle") };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: Props) {
  const { scope } = await searchParams;
  return <WizardPage scope={typeof scope === "string" ? scope : null} />;
}

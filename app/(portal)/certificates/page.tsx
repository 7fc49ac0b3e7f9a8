import type { Metadata } from "next";
import { CertificatesPage } from "@/components/certificates/certificates-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("certificates.title") };

export default function Page() {
  return <CertificatesPage />;
}

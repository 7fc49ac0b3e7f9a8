import type { Metadata } from "next";
import { SignedOut } from "@/components/auth/signed-out";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("auth.signedOut.title") };

export default function SignedOutPage() {
  return <SignedOut />;
}

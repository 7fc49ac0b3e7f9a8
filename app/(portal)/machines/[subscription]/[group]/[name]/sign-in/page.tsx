import type { Metadata } from "next";
import { SignInPage } from "@/components/machine/sign-in-page";
import { t } from "@/messages/t";
import { type MachineParams, machineRefOf } from "../machine-params";

type Props = { params: Promise<MachineParams>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: t("signIn.pageTitle", { name: machineRefOf(await params).name }) };
}

export default async function Page({ params, searchParams }: Props) {
  const { operation } = await searchParams;
  const initialOperationId = typeof operation === "string" && operation !== "" ? operation : null;
  return <SignInPage machineRef={machineRefOf(await params)} initialOperationId={initialOperationId} />;
}

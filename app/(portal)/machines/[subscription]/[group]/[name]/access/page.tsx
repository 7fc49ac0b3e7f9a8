import type { Metadata } from "next";
import { MachineAccessPage } from "@/components/access/machine/machine-access-page";
import { t } from "@/messages/t";
import { type MachineParams, machineRefOf } from "../machine-params";

export async function generateMetadata({ params }: { params: Promise<MachineParams> }): Promise<Metadata> {
  return { title: t("access.page.accessTitle", { name: machineRefOf(await params).name }) };
}

export default async function Page({ params }: { params: Promise<MachineParams> }) {
  return <MachineAccessPage machineRef={machineRefOf(await params)} />;
}

import type { Metadata } from "next";
import { MachinePage } from "@/components/machine/machine-page";
import { t } from "@/messages/t";
import { type MachineParams, machineRefOf } from "./machine-params";

export async function generateMetadata({ params }: { params: Promise<MachineParams> }): Promise<Metadata> {
  return { title: t("machine.title", { name: machineRefOf(await params).name }) };
}

export default async function Page({ params }: { params: Promise<MachineParams> }) {
  return <MachinePage machineRef={machineRefOf(await params)} />;
}

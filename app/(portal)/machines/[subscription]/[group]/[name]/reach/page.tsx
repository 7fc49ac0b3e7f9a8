import type { Metadata } from "next";
import { MachineReachPage } from "@/components/access/reach/machine-reach-page";
import { t } from "@/messages/t";
import { type MachineParams, machineRefOf } from "../machine-params";

export async function generateMetadata({ params }: { params: Promise<MachineParams> }): Promise<Metadata> {
  return { title: t("access.reach.title", { name: machineRefOf(await params).name }) };
}

export default async function Page({ params }: { params: Promise<MachineParams> }) {
  return <MachineReachPage machineRef={machineRefOf(await params)} />;
}

"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { Card, CardHeader } from "@/components/ui/card";
import { RightButton } from "@/components/ui/right-note";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { MachineAccessView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, capabilityRule } from "@/lib/domain/access/capabilities";
import type { CapabilityAnswer } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { capabilityAbout, capabilityName } from "../capability-words";
import { BlockedList, HolderList, type PathActions } from "../holder-list";
import { RiskBadge } from "./capability-nav";

const INDIRECT: readonly AccessCapabilityId[] = [
  "indirectAdmin",
  "writeExtensions",
  "addExtensions",
  "runCommand",
  "machineConfiguration",
];
const SIGN_IN: readonly AccessCapabilityId[] = ["signInAdmin", "signInUser"];

function Explanation({ id }: { id: AccessCapabilityId }) {
  const text = INDIRECT.includes(id)
    ? { title: t("access.page.indirectTitle"), body: t("access.page.indirect") }
    : id === "becomeIdentity"
      ? { title: t("access.page.becomeTitle"), body: `${t("access.page.become")} ${t("access.page.localAdmins")}` }
      : SIGN_IN.includes(id)
        ? { title: null, body: t("access.page.signInNote") }
        : null;
  if (text === null) return null;
  return (
    <div role="note" className="border-line border-b bg-info-soft/40 px-4 py-2.5 text-[0.8125rem]">
      {text.title === null ? null : <p className="font-medium">{text.title}</p>}
      <p className="text-pretty">{text.body}</p>
    </div>
  );
}

export type CapabilityPanelProps = {
  id: AccessCapabilityId;
  answer: CapabilityAnswer;
  view: MachineAccessView;
  /** Where access can be given, narrowest first. */
  scopes: string[];
  back: string;
  pathActions: PathActions;
};

/** Everyone with one capability on the machine, and everyone who would have it but is blocked. */
export function CapabilityPanel({ id, answer, view, scopes, back, pathActions }: CapabilityPanelProps) {
  const router = useRouter();
  const give = () => router.push(pages.accessChange(encodePreset({ wants: [id], scopes, back })));
  return (
    <Card aria-labelledby="capability-title">
      <CardHeader
        id="capability-title"
        title={capabilityName(id)}
        description={capabilityAbout(id)}
        actions={
          <>
            <RiskBadge id={id} risk={capabilityRule(id).risk} />
            <RightButton size="sm" right={view.rights.assignRoles} onClick={give}>
              <UserPlus aria-hidden />
              {t("access.page.assign")}
            </RightButton>
          </>
        }
      />
      <Explanation id={id} />
      <HolderList
        key={id}
        holders={answer.holders}
        what={capabilityName(id)}
        machineName={view.machine.name}
        atLeast={view.access.atLeast.length > 0}
        hrefOf={pages.person}
        pathActions={pathActions}
        open={answer.holders.length <= 3}
      />
      <BlockedList blocked={answer.blocked} machineName={view.machine.name} />
    </Card>
  );
}

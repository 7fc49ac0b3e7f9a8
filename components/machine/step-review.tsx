"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RequestPreview } from "@/components/ui/request-preview";
import { SendButton } from "@/components/ui/send-button";
import type { MachineDetail } from "@/lib/domain/api";
import type { Cloud } from "@/lib/domain/clouds";
import type { Problem } from "@/lib/domain/errors";
import { mdmIdOf } from "@/lib/domain/mdm-choice";
import { deployRequest } from "@/lib/domain/sign-in-extension";
import { deployTemplates } from "@/lib/domain/templates";
import { t } from "@/messages/t";
import type { FlowDraft } from "./flow-state";

export type StepReviewProps = {
  detail: MachineDetail;
  cloud: Cloud;
  draft: FlowDraft;
  reasons: readonly string[];
  sending: boolean;
  problem: Problem | null;
  onDeploy: () => void;
};

/** The request as it will be sent, the same change in other forms, and the button that sends it. */
export function StepReview({ detail, cloud, draft, reasons, sending, problem, onDeploy }: StepReviewProps) {
  const { machine } = detail;
  const args = { cloud, ref: machine, location: machine.location, extensionName: draft.extensionName, mdmId: mdmIdOf(draft) };
  return (
    <Card aria-labelledby="review-title">
      <CardHeader id="review-title" title={t("signIn.steps.request")} />
      <CardBody className="grid grid-cols-1 min-w-0 gap-4">
        <RequestPreview request={deployRequest(args)} templates={deployTemplates(args)} />
        {problem === null ? null : <ProblemPanel problem={problem} />}
        <div className="grid grid-cols-1 justify-items-start gap-2">
          <SendButton reasons={reasons} sending={sending} onSend={onDeploy}>
            {sending ? t("signIn.deploying") : t("signIn.deploy", { name: machine.name })}
          </SendButton>
        </div>
      </CardBody>
    </Card>
  );
}

"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { RequestCode } from "@/components/ui/request-preview";
import type { ExactRequest } from "@/lib/domain/api";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { TemplatesButton } from "./templates-sheet";

export type ReviewRequestProps = { work: Work; targets: readonly RolloutTarget[]; request: ExactRequest | null };

/** The first machine's request as it will be sent, and the same work as templates. */
export function ReviewRequest({ work, targets, request }: ReviewRequestProps) {
  return (
    <Card aria-labelledby="request-title">
      <CardHeader
        id="request-title"
        title={t("rolloutWizard.review.request")}
        actions={targets.length === 0 ? undefined : <TemplatesButton work={work} targets={targets} />}
        description={t(request === null ? "rolloutWizard.review.noRequest" : "rolloutWizard.review.requestAbout")}
      />
      {request === null ? null : (
        <CardBody className="grid grid-cols-1 min-w-0 gap-2">
          <RequestCode request={request} />
        </CardBody>
      )}
    </Card>
  );
}

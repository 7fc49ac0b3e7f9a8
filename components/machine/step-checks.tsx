"use client";

import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { formatDateTime } from "@/lib/client/format";
import type { CheckVerdict, MachineDetail, PreflightCheck, PreflightResult } from "@/lib/domain/api";
import type { Cloud } from "@/lib/domain/clouds";
import type { Problem } from "@/lib/domain/errors";
import { overallVerdict } from "@/lib/domain/preflight";
import { t } from "@/messages/t";
import { CheckRow } from "./check-row";
import { EndpointTests } from "./endpoint-tests";
import { activeOverrides, type FlowDraft } from "./flow-state";
import { IdentityDialog } from "./identity-dialog";
import { refusalFor } from "./permission";

const ORDER: readonly CheckVerdict[] = ["block", "ask", "warn", "unknown", "pass"];

export type StepChecksProps = {
  detail: MachineDetail;
  cloud: Cloud;
  tenantId: string;
  draft: FlowDraft;
  onDraft: (draft: FlowDraft) => void;
  result: PreflightResult | undefined;
  problem: Problem | null;
  checking: boolean;
  onCheck: () => void;
};

function counts(checks: readonly PreflightCheck[]): string {
  const of = (...verdicts: CheckVerdict[]) => checks.filter((check) => verdicts.includes(check.verdict)).length;
  return t("signIn.checks.counts", {
    passed: of("pass"),
    notes: of("warn", "unknown"),
    questions: of("ask"),
    blocks: of("block"),
  });
}

function Verdict({ checks, overrides }: { checks: readonly PreflightCheck[]; overrides: readonly string[] }) {
  const verdict = overallVerdict(checks, overrides);
  const open = checks.filter((check) => check.verdict === "block" && !overrides.includes(check.id));
  const overridable = verdict === "blocked" && open.every((check) => check.overridable);
  const tone = verdict === "ready" ? "ok" : verdict === "confirm" ? "info" : "bad";
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-3 text-[0.8125rem]">
      <Badge tone={tone}>{t(`signIn.checks.verdicts.${verdict}`)}</Badge>
      <span>{overridable ? t("signIn.checks.blockedOverridable") : t(`signIn.checks.${verdict}`)}</span>
      <span className="text-muted">{counts(checks)}</span>
    </div>
  );
}

/** Every check with its verdict, the worst first, so that what stops the deployment is read before what does not. */
export function StepChecks(props: StepChecksProps) {
  const { detail, cloud, tenantId, draft, onDraft, result, problem, checking, onCheck } = props;
  const [enabling, setEnabling] = useState(false);
  const overrides = result === undefined ? [] : activeOverrides(draft, result.checks);
  const setOverride = (id: string, on: boolean) =>
    onDraft({ ...draft, overrides: on ? [...draft.overrides, id] : draft.overrides.filter((other) => other !== id) });
  const sorted = result?.checks.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const mayWrite = refusalFor(detail.permissions, "writeMachine");
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <Card aria-labelledby="checks-title" aria-busy={checking}>
        <CardHeader
          id="checks-title"
          title={t("signIn.checks.title")}
          description={result === undefined ? undefined : t("signIn.checks.asOf", { time: formatDateTime(result.asOf) })}
          actions={
            <Button size="sm" disabled={checking} onClick={onCheck}>
              <RefreshCw aria-hidden className={checking ? "animate-spin" : ""} />
              {t("signIn.checks.again")}
            </Button>
          }
        />
        {problem === null ? null : (
          <CardBody>
            <ProblemPanel problem={problem} />
          </CardBody>
        )}
        {sorted === undefined ? (
          problem === null ? (
            <CardBody className="grid grid-cols-1 gap-3">
              <p role="status" className="text-[0.8125rem] text-muted">
                {t("signIn.checks.running")}
              </p>
              <Skeleton className="h-12" />
              <Skeleton className="h-12" />
              <Skeleton className="h-12" />
            </CardBody>
          ) : null
        ) : (
          <>
            <Verdict checks={sorted} overrides={overrides} />
            <ul>
              {sorted.map((check) => (
                <CheckRow
                  key={check.id}
                  check={check}
                  overridden={draft.overrides.includes(check.id)}
                  onOverride={(on) => setOverride(check.id, on)}
                  action={
                    check.id === "identityPresent" && check.verdict === "block" ? (
                      <Button
                        size="sm"
                        disabled={mayWrite !== null}
                        title={mayWrite ?? undefined}
                        onClick={() => setEnabling(true)}
                      >
                        {t("signIn.checks.enableIdentity")}
                      </Button>
                    ) : undefined
                  }
                />
              ))}
            </ul>
          </>
        )}
      </Card>
      <Card aria-labelledby="endpoints-title">
        <CardHeader id="endpoints-title" title={t("signIn.endpoints.title")} />
        <CardBody>
          <EndpointTests
            cloud={cloud}
            osFamily={detail.machine.osFamily}
            tenantId={detail.machine.identity.tenantId ?? tenantId}
            location={detail.machine.location}
          />
        </CardBody>
      </Card>
      <IdentityDialog open={enabling} onOpenChange={setEnabling} detail={detail} tenantId={tenantId} onChanged={onCheck} />
    </div>
  );
}
